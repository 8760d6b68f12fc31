"""Time actions side by side: interleaved rounds, medians with their range, bounds.

A machine that others share is slow one minute and fast the next. So the
actions of a row take turns, round by round, and what is judged is the ratio
*within* a round: its median over the rounds.
"""

import argparse
import json
import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Literal

Clock = Callable[[], float]
SUSPECTS = 5  # of a sweep: one slow moment of the machine must not hide the slowest action


@dataclass(frozen=True)
class Bound:
    """What a median must keep."""

    sign: Literal["≤", "≥"]
    limit: float

    def __str__(self) -> str:
        return f"wanted {self.sign} {self.limit:g}"

    def kept(self, value: float) -> bool:
        """Say whether a value keeps the bound; the bound itself does."""
        return value <= self.limit if self.sign == "≤" else value >= self.limit


@dataclass(frozen=True)
class Action:
    """Something to be timed.

    Attributes
    ----------
    name : str
        What the table calls it.
    run : callable
        Called with the number of the round, from 0.
    scale : float
        What the measured seconds are multiplied with: 1 / updates for the time
        of one update, or more than 1 to extrapolate (then ``name`` says so).
    wanted : Bound, optional
        On the median, in seconds.
    """

    name: str
    run: Callable[[int], object]
    scale: float = 1.0
    wanted: Bound | None = None


@dataclass(frozen=True)
class Ratio:
    """Seconds of the action ``top`` over those of ``bottom``, round by round."""

    top: str
    bottom: str
    wanted: Bound | None = None


@dataclass(frozen=True)
class Row:
    """Actions that belong together, and the ratios between them.

    Attributes
    ----------
    name : str
        For ``--only``.
    says : str
        What it shows, in one sentence.
    actions : tuple of Action
    ratios : tuple of Ratio
        Between actions of this row.
    """

    name: str
    says: str
    actions: tuple[Action, ...]
    ratios: tuple[Ratio, ...] = ()

    def __post_init__(self) -> None:
        known = [action.name for action in self.actions]
        for ratio in self.ratios:
            for name in (ratio.top, ratio.bottom):
                if name not in known:
                    raise ValueError(
                        f"a ratio of {self.name} must name one of {', '.join(known)}, got {name!r}"
                    )


@dataclass(frozen=True)
class Sweep:
    """Many actions of one kind, none of which may be slow.

    Attributes
    ----------
    name, says : str
        As for `Row`.
    make : callable
        Gives the actions by name; called when they are measured.
    wanted : Bound
        On the median over all of them, in seconds.
    slowest : Bound, optional
        On that of the slowest; ``wanted`` unless given.
    clock : callable
        Returns seconds: processor time unless given. A bound without a ratio would judge
        whatever else the machine is doing.
    """

    name: str
    says: str
    make: Callable[[], Mapping[str, Callable[[], object]]]
    wanted: Bound
    clock: Clock = time.process_time
    slowest: Bound | None = None


@dataclass(frozen=True)
class Line:
    """One line of the table: a number for each round, in seconds or as a ratio."""

    label: str
    unit: Literal["s", "x"]
    values: list[float]
    wanted: Bound | None

    @property
    def missed(self) -> bool:
        """Whether there is a bound and the median breaks it."""
        return self.wanted is not None and not self.wanted.kept(median(self.values))

    def __str__(self) -> str:
        low, high = min(self.values), max(self.values)
        verdict = f"  {self.wanted}: {'MISSED' if self.missed else 'kept'}" if self.wanted else ""
        spread = f"[{low:.3g}, {high:.3g}]"
        text = f"  {self.label:<42}{median(self.values):>9.3g} {self.unit}  {spread:<22}{verdict}"
        return text.rstrip()


def measure(row: Row, rounds: int, clock: Clock = time.perf_counter) -> list[Line]:
    """Time a row: each action once to warm up, then the rounds.

    Parameters
    ----------
    row : Row
        What to time.
    rounds : int
        How often, at least 1. Every other round goes backwards, so that no
        action always comes first.
    clock : callable
        Returns seconds.

    Returns
    -------
    list of Line
        The actions in seconds, then the ratios.
    """
    for action in row.actions:
        action.run(0)
    seconds: dict[str, list[float]] = {action.name: [] for action in row.actions}
    for number in range(rounds):
        for action in row.actions if number % 2 == 0 else row.actions[::-1]:
            start = clock()
            action.run(number)
            seconds[action.name].append((clock() - start) * action.scale)
    lines = [Line(action.name, "s", seconds[action.name], action.wanted) for action in row.actions]
    for ratio in row.ratios:
        pairs = zip(seconds[ratio.top], seconds[ratio.bottom], strict=True)
        values = [top / bottom for top, bottom in pairs]
        lines.append(Line(f"{ratio.top} / {ratio.bottom}", "x", values, ratio.wanted))
    return lines


def sweep(many: Sweep, rounds: int) -> list[Line]:
    """Time every action once, and those that were slowest then in as many rounds as asked for.

    Parameters
    ----------
    many : Sweep
        What to time. One action is run beforehand, to warm up.
    rounds : int
        How often each of the slowest, at least 1.

    Returns
    -------
    list of Line
        All actions together, then the slowest of them by its median.
    """

    def spent(action: Callable[[], object]) -> float:
        start = many.clock()
        action()
        return many.clock() - start

    actions = many.make()
    next(iter(actions.values()))()
    once = {name: spent(action) for name, action in actions.items()}
    suspects = sorted(once, key=lambda name: once[name])[-SUSPECTS:]
    turns = [[spent(actions[name]) for name in suspects] for _ in range(rounds)]
    again = dict(zip(suspects, map(list, zip(*turns, strict=True)), strict=True))
    worst = max(again, key=lambda name: median(again[name]))
    return [
        Line(f"each of {len(once)} once", "s", list(once.values()), many.wanted),
        Line(f"slowest: {worst}", "s", again[worst], many.slowest or many.wanted),
    ]


def machine() -> str:
    """Say in one line what the numbers were measured on; it names no host."""
    return (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, "
        f"torch {metadata.version('torch')}, one torch thread"
    )


def main(
    rows: Sequence[Row | Sweep], arguments: Sequence[str], clock: Clock = time.perf_counter
) -> int:
    """Measure, print the table, and say whether every bound is kept.

    Parameters
    ----------
    rows : sequence of Row or Sweep
        All there are.
    arguments : sequence of str
        ``--only NAME`` (a name or how it begins), ``--rounds N``, ``--json FILE``.
    clock : callable
        Returns seconds.

    Returns
    -------
    int
        The exit code: 1 if a bound is missed, else 0.
    """
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", metavar="NAME", help="a row, or how its name begins")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="5 unless given")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every number there too")
    options = parser.parse_args(arguments)
    chosen = [row for row in rows if row.name.startswith(options.only)]
    if not chosen:
        names = ", ".join(row.name for row in rows)
        parser.error(f"--only must be one of {names}, or how it begins; got {options.only!r}")
    if options.rounds < 1:
        parser.error(f"--rounds must be at least 1, got {options.rounds}")

    print(f"{machine()}; {options.rounds} rounds: median [lowest, highest]")
    results, missed = [], 0
    for row in chosen:
        print(f"\n{row.name}: {row.says}", flush=True)
        if isinstance(row, Sweep):
            lines = sweep(row, options.rounds)
        else:
            lines = measure(row, options.rounds, clock)
        print(*lines, sep="\n", flush=True)
        missed += sum(line.missed for line in lines)
        results.append({"name": row.name, "says": row.says, "lines": [_plain(x) for x in lines]})
    print(f"\n{missed} bounds missed" if missed else "\nevery bound kept")
    if options.json:
        report = {"machine": machine(), "rounds": options.rounds, "rows": results}
        options.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 1 if missed else 0


def _plain(line: Line) -> dict[str, object]:
    return {
        "label": line.label,
        "unit": line.unit,
        "median": median(line.values),
        "values": line.values,
        "wanted": str(line.wanted) if line.wanted else None,
        "missed": line.missed,
    }
