"""The frame of `make bench`, under a clock that only the actions move."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from course_utils import lessons
from tests.benchmarks import explorers
from tests.benchmarks.frame import Action, Bound, Ratio, Row, Sweep, main, measure, sweep


class Workshop:
    """A clock, and actions that take as long as they are told, round by round."""

    def __init__(self) -> None:
        self.now = 0.0
        self.calls: list[tuple[str, int]] = []

    def clock(self) -> float:
        return self.now

    def taking(self, name: str, *seconds: float) -> Callable[[int], None]:
        def run(number: int) -> None:
            self.calls.append((name, number))
            self.now += seconds[number]

        return run


@pytest.fixture
def shop() -> Workshop:
    return Workshop()


def race(shop: Workshop, wanted: Bound | None = None) -> Row:
    return Row(
        "race",
        "Slow against quick.",
        (Action("slow", shop.taking("slow", 8, 6, 9)), Action("quick", shop.taking("q", 2, 3, 1))),
        (Ratio("slow", "quick", wanted),),
    )


def sprint(shop: Workshop, limit: float) -> Row:
    action = Action("run", shop.taking("run", 5, 7, 6), wanted=Bound("≤", limit))
    return Row("sprint", "One alone.", (action,))


def test_warm_up_then_interleaved_rounds_that_alternate(shop: Workshop) -> None:
    measure(race(shop), 3, shop.clock)
    warm_up = [("slow", 0), ("q", 0)]
    assert shop.calls == [
        *warm_up,
        ("slow", 0),
        ("q", 0),
        ("q", 1),
        ("slow", 1),
        ("slow", 2),
        ("q", 2),
    ]


def test_seconds_and_ratios_are_kept_round_by_round(shop: Workshop) -> None:
    slow, quick, ratio = measure(race(shop), 3, shop.clock)
    assert (slow.values, quick.values) == ([8, 6, 9], [2, 3, 1])
    assert ratio.values == [4, 2, 9]
    assert (slow.unit, ratio.unit) == ("s", "x")


def test_the_median_of_the_ratios_is_judged_not_the_ratio_of_the_medians(shop: Workshop) -> None:
    # Medians 10 and 5 make 2; the rounds make 10, 0.1 and 2.5.
    row = Row(
        "drift",
        "A machine that changes its speed.",
        (
            Action("a", shop.taking("a", 10, 1, 12.5)),
            Action("b", shop.taking("b", 1, 10, 5)),
        ),
        (Ratio("a", "b", Bound("≥", 2.5)),),
    )
    assert not measure(row, 3, shop.clock)[-1].missed


def test_a_scale_turns_a_run_into_one_update(shop: Workshop) -> None:
    row = Row("update", "Per update.", (Action("run", shop.taking("run", 8, 6), scale=1 / 4),))
    assert measure(row, 2, shop.clock)[0].values == [2, 1.5]


@pytest.mark.parametrize(
    ("bound", "value", "kept"),
    [
        (Bound("≤", 6), 6, True),
        (Bound("≤", 6), 6.1, False),
        (Bound("≥", 4), 4, True),
        (Bound("≥", 4), 3.9, False),
    ],
)
def test_a_bound_holds_its_own_limit(bound: Bound, value: float, kept: bool) -> None:
    assert bound.kept(value) is kept


def test_the_table_shows_median_range_and_verdict(
    shop: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [race(shop, Bound("≥", 4)), sprint(shop, 6)]
    assert main(rows, ["--rounds", "3"], shop.clock) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "slow 8 s [6, 9]" in lines
    assert "slow / quick 4 x [2, 9] wanted ≥ 4: kept" in lines
    assert "run 6 s [5, 7] wanted ≤ 6: kept" in lines
    assert lines[-1] == "every bound kept"


@pytest.mark.parametrize("late", [True, False])
def test_a_missed_bound_is_reported_and_makes_the_exit_code_1(
    shop: Workshop, capsys: pytest.CaptureFixture[str], late: bool
) -> None:
    rows = [sprint(shop, 5.9), race(shop)] if late else [race(shop, Bound("≥", 4.1))]
    assert main(rows, ["--rounds", "3"], shop.clock) == 1
    out = capsys.readouterr().out
    assert out.count("MISSED") == 1
    assert "1 bounds missed" in out


def test_only_takes_a_name_or_how_it_begins(
    shop: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [race(shop, Bound("≥", 99)), sprint(shop, 6)]
    assert main(rows, ["--only", "spr", "--rounds", "3"], shop.clock) == 0
    assert {name for name, _ in shop.calls} == {"run"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--only", "swim"], "--only must be one of race, sprint, or how it begins; got 'swim'"),
        (["--rounds", "0"], "--rounds must be at least 1, got 0"),
    ],
)
def test_bad_arguments_are_named(
    shop: Workshop, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([race(shop), sprint(shop, 6)], arguments, shop.clock)
    assert said in " ".join(capsys.readouterr().err.split())
    assert not shop.calls


def test_json_holds_every_number(shop: Workshop, tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    main([race(shop, Bound("≥", 5))], ["--rounds", "3", "--json", str(file)], shop.clock)
    report = json.loads(file.read_text("utf-8"))
    assert report["rounds"] == 3
    assert "one torch thread" in report["machine"]
    assert report["rows"][0]["lines"][-1] == {
        "label": "slow / quick",
        "unit": "x",
        "median": 4,
        "values": [4, 2, 9],
        "wanted": "wanted ≥ 5",
        "missed": True,
    }


def test_a_ratio_of_an_unknown_action_is_refused(shop: Workshop) -> None:
    with pytest.raises(ValueError, match="race must name one of slow, got 'quick'"):
        Row("race", "…", (Action("slow", shop.taking("slow", 1)),), (Ratio("slow", "quick"),))


def tour(shop: Workshop, limit: float, **seconds: tuple[float, ...]) -> Sweep:
    """Actions that take as long as they are told, from one time to the next."""

    def taking(times: tuple[float, ...]) -> Callable[[], None]:
        left = iter(times)

        def run() -> None:
            shop.now += next(left)

        return run

    def make() -> dict[str, Callable[[], None]]:
        return {name: taking(times) for name, times in seconds.items()}

    return Sweep("tour", "Many.", make, Bound("≤", limit), shop.clock)


def test_a_sweep_times_everything_once_and_the_slowest_again(shop: Workshop) -> None:
    # One moment of the machine was slow (a, 9); b is slow each time.
    many = tour(shop, 5, a=(1, 9, 1, 1, 1), b=(6, 6, 7, 6), **{f"c{n}": (2,) * 4 for n in range(9)})
    together, slowest = sweep(many, 3)
    assert (together.label, together.values) == ("each of 11 once", [9, 6, *[2] * 9])
    assert (slowest.label, slowest.values) == ("slowest: b", [6, 7, 6])
    assert not together.missed
    assert slowest.missed


def test_a_sweep_stands_in_the_table(shop: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([tour(shop, 6, a=(1, 3, 2, 5, 4))], ["--rounds", "3"], shop.clock) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "slowest: a 4 s [2, 5] wanted ≤ 6: kept" in lines


def test_every_explorer_is_measured_in_every_setting() -> None:
    rows = explorers.rows()
    assert [row.name for row in rows] == [name.replace("_", "-") for name in lessons.explorers()]
    assert {row.wanted for row in rows} == {Bound("≤", 0.15)}
    moves = explorers.moves("explore_shapes")
    assert len(moves) == 4 * 2 * 2
    png, description = moves["layers 2, directions 1, batch_first True"]()
    assert png.startswith(b"\x89PNG")
    assert "output is (3, 5, 20), h_n is (2, 3, 20)" in description
