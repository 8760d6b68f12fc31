"""The same networks through course_utils.diagnose and through torchtest2: the README's table.

``python -m tests.diagnose.peer`` prints it. torchtest2 is called as its own README says: the
model, one batch as it is called with, where the batch axis is, and which check not to run
where random answers are wanted. It fails a model, or warns of something that may be meant.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torchtest2

from course_utils import diagnose
from tests.diagnose import programs_network, strangers_network
from tests.diagnose.program import Program

PROGRAMS = [*programs_network.PROGRAMS, *strangers_network.PROGRAMS]

# Each program is counted once, with the first family that its fault fits.
FAMILIES = {
    "steps: the future read, steps mixed or ignored, no memory": {
        *("future_read", "steps_mixed", "steps_ignored", "no_memory"),
    },
    "rows: mixed, or out of order": {"rows_mixed", "rows_reordered"},
    "padding that is read": {"padding_read"},
    "state: kept, or not continued": {"state_kept", "state_not_continued"},
    "parameters: unused, or not registered": {"parameter_unused", "parameter_unregistered"},
    "answers: constant, alike, random, or an error": {
        *("output_dead", "answers_equal", "answer_varies", "call_fails"),
    },
}


@dataclass(frozen=True)
class Verdicts:
    """What each tool says of one program: whether something is wrong.

    Of a faulty program diagnose has to name the fault; for torchtest2 any failure or warning
    counts.
    """

    program: Program
    diagnose: bool
    fails: bool
    fails_or_warns: bool


def with_torchtest2(
    model: Any,
    x: Any,
    *,
    task: str | None = None,
    layout: str = "batch_first",
    lengths: Any = None,
    stochastic: bool = False,
    **_: Any,
) -> torchtest2.Report:
    """Check a network with torchtest2; what it has no word for stays unsaid."""
    how: dict[str, Any] = {}
    if layout == "time_first":
        how = {"batch_dim": 1, "output_batch_dim": 0 if task == "encode" else 1}
    if stochastic:
        how["skip"] = ["eval_determinism"]
    return torchtest2.check_model(model, x if lengths is None else (x, lengths), **how)


def verdicts() -> Iterator[Verdicts]:
    """Hand every program to both."""
    for program in PROGRAMS:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")  # of torch, about what some of the networks use
            theirs = with_torchtest2(**program.hand_in())
            names = diagnose.network(**program.hand_in()).names
        ours = bool(names & program.accept) if program.accept else bool(names)
        yield Verdicts(program, ours, not theirs.ok, bool(theirs.failures or theirs.warnings))


def family(program: Program) -> str:
    """Say which family a faulty program belongs to."""
    return next(name for name, faults in FAMILIES.items() if faults & program.accept)


def table(seen: list[Verdicts]) -> str:
    """Write the README's table."""
    groups = {
        f"found: {name}": [v for v in seen if v.program.accept and family(v.program) == name]
        for name in FAMILIES
    }
    groups["**faults found**"] = [v for v in seen if v.program.accept]
    groups["**right networks rejected**"] = [v for v in seen if not v.program.accept]
    lines = [
        "| | networks | diagnose | torchtest2 fails | fails or warns |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, group in groups.items():
        counts = [
            sum(getattr(v, column) for v in group)
            for column in ("diagnose", "fails", "fails_or_warns")
        ]
        lines.append(f"| {name} | {' | '.join(map(str, [len(group), *counts]))} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(list(verdicts())))
