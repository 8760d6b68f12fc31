"""What lesson 08 claims about speed: time against length, by a loop, by a scan, and by torch."""

from course_utils.lessons.today.studies import passes
from tests.benchmarks.frame import Action, Bound, Ratio, Row

LENGTHS = (200, 800, 3200)


def rows() -> list[Row]:
    """List all rows, the short sequences first."""
    return [time_against_length(steps) for steps in LENGTHS]


def time_against_length(steps: int) -> Row:
    """Run a forward and a backward pass in every way."""
    ways = passes(steps)
    loop, scan = "minGRU, loop", "minGRU, scan"
    return Row(
        f"time-against-length-{steps}",
        f"Forward and backward over 16 rows of {steps} steps, 32 units.",
        tuple(Action(name, lambda number, run=run: run()) for name, run in ways.items()),
        (
            Ratio(loop, scan),
            Ratio("GRU", scan),
            Ratio(scan, "LSTM", Bound("≥", 1.2)),
        ),
    )
