"""What a check of an exercise costs, and what checking signatures costs a run."""

from collections.abc import Callable
from functools import partial
from unittest.mock import patch

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from course_utils import lessons
from course_utils.checking.engine import examine
from course_utils.forecasting import Network
from course_utils.forms import ShapeToGrowth
from course_utils.series import load_airline
from course_utils.signatures import Count, checked
from tests.benchmarks.frame import Action, Bound, Ratio, Row, Sweep

USUAL, SLOWEST = Bound("≤", 0.5), Bound("≤", 2.0)
SHARE = Bound("≤", 0.03)


def rows() -> list[Row | Sweep]:
    """List a row for all checks, and one for all signatures."""
    checks = Sweep(
        "checks",
        "One check of a right answer, exercise by exercise, in processor time.",
        every_check,
        USUAL,
        slowest=SLOWEST,
    )
    return [checks, signatures()]


def every_check() -> dict[str, Callable[[], object]]:
    """Name every exercise, with the check of its reference."""
    return {
        exercise.id: partial(examine, exercise, answer_of(exercise), 60.0)
        for number in lessons.parts()
        for exercise in lessons.exercises_of(number)
    }


def answer_of(exercise: object) -> object:
    reference = exercise.reference  # type: ignore[attr-defined]
    return reference if exercise.kind == "function" else reference()  # type: ignore[attr-defined]


@checked
def checked_call(
    inputs: Float[Tensor, "windows steps inputs"],
    targets: Float[Tensor, "windows horizon"],
    epochs: Count,
) -> None:
    """Do nothing, behind a usual signature."""


def signatures() -> Row:
    """Set the checks of the calls that a run makes next to the run itself."""
    past = load_airline().to_numpy()[:132]
    network = Network(ShapeToGrowth(), hidden=16, epochs=70, seeds=range(8))
    inputs, targets = torch.randn(109, 12, 1), torch.randn(109, 12)
    calls = count_checked(partial(network, past, 12))

    def check_all(number: int) -> None:
        for _ in range(calls):
            checked_call(inputs, targets, 3)

    return Row(
        "signatures",
        f"The {calls} checked calls that training and forecasting from eight seeds make.",
        (
            Action("the run", lambda number: np.asarray(network(past, 12))),
            Action("the checks of its calls", check_all),
        ),
        (Ratio("the checks of its calls", "the run", SHARE),),
    )


def count_checked(run: Callable[[], object]) -> int:
    """Count the calls of checked functions: each asks once whether torch is compiling."""
    with patch.object(torch.compiler, "is_compiling", return_value=False) as asked:
        run()
    return asked.call_count
