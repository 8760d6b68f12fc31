"""What lesson 04 claims about speed: the tutorial here against the tutorial in real Keras."""

import subprocess
import sys
from functools import cache

from course_utils import settings
from course_utils.lessons.stateful.runs import LEARNING_RATE, make_model
from course_utils.signals import stateful_batches
from course_utils.training import adam, fit_chunks
from tests.benchmarks.frame import Action, Bound, Ratio, Row

KERAS = settings.ROOT / ".venv-keras"
RACE = settings.ROOT / "tests" / "keras" / "race.py"
STEPS = 501
PREDICTED = 60


def rows() -> list[Row]:
    """List all rows; none without Keras, and why."""
    if (KERAS / "stamp").exists():
        return [keras()]
    print("keras: skipped, there is no .venv-keras; run `make test-keras` first", file=sys.stderr)
    return []


@cache
def _keras() -> subprocess.Popen[str]:
    """Start Keras, once: loading it is no part of the race."""
    command = [str(KERAS / "bin" / "python"), str(RACE)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _ask(order: str) -> None:
    process = _keras()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(order + "\n")
    process.stdin.flush()
    if not process.stdout.readline():
        raise RuntimeError(f"Keras stopped instead of training: exit code {process.wait()}")


def keras() -> Row:
    """Race the tutorial's training: ours, Keras as published, Keras without the prediction."""
    chunks = stateful_batches(STEPS)

    def ours(number: int) -> None:
        model = make_model(1337)
        fit_chunks(model, chunks.inputs, chunks.targets, optimizer=adam(LEARNING_RATE))

    published = "Keras as published, extrapolated"
    alone = "Keras without predict"
    return Row(
        "keras",
        f"{STEPS} steps of the tutorial's stateful LSTM (batch 50 × 20, hidden 20); as "
        f"published, with predict after each step ({PREDICTED} steps timed).",
        (
            Action("ours", ours),
            Action(alone, lambda number: _ask(f"{STEPS}")),
            Action(published, lambda number: _ask(f"{PREDICTED} predict"), STEPS / PREDICTED),
        ),
        (Ratio(alone, "ours", Bound("≥", 1)), Ratio(published, "ours", Bound("≥", 10))),
    )
