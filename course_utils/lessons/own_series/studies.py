"""The studies of lessons 06a and 06b; each runs code from a module of its own."""

from course_utils.lessons.own_series import real_series
from course_utils.lessons.own_series import who_wins_studies as who_wins
from course_utils.lessons.own_series.sunspots_runs import own_choice, own_sunspots
from course_utils.studies import Study

STUDIES: dict[str, Study] = {
    "own-choice": own_choice,
    "own-sunspots": own_sunspots,
    "series-contest": who_wins.series_contest,
    "series-recursive": who_wins.series_recursive,
    "light-networks": who_wins.light_networks,
    "light-windows": who_wins.light_windows,
    "memory-map": who_wins.memory_map,
    "thermostat-contest": who_wins.thermostat_contest,
    "airline-members": real_series.airline_members,
    "sunspot-contest": real_series.sunspot_contest,
}
