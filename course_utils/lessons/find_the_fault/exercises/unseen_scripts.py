"""The exam of lesson 07: one finding, or none, for each of five scripts."""

from collections.abc import Callable

from course_utils import diagnose
from course_utils.checking import Exercise, wrong
from course_utils.lessons.find_the_fault import unseen, verdicts

HINTS = (
    "Hand it to the probes: a network, a step, data, or a forecast? And declare what the stranger "
    "says.",
    'Answer with the name of the finding in the report, such as `"flat"`, or with `"none"`.',
)


def _named(report: diagnose.Report) -> str:
    return min(report.names, default="none")


def machine() -> str:
    """Name the finding of script a, or none."""
    return _named(verdicts.ask("a"))


def clipped() -> str:
    """Name the finding of script b, or none."""
    return _named(verdicts.ask("b"))


def price() -> str:
    """Name the finding of script c, or none."""
    return _named(verdicts.ask("c"))


def carried() -> str:
    """Name the finding of script d, or none."""
    return _named(verdicts.ask("d"))


def interval() -> str:
    """Name the finding of script e, or none."""
    return _named(verdicts.ask("e"))


@wrong("The recurrence runs along the right axis here, because batch_first is set. Ask the probes.")
def axes_suspected():
    return "rows_mixed"


@wrong('It does learn, but only with half of itself. Ask the probes, with task="encode".')
def not_learning_suspected():
    return "learns_nothing"


@wrong("No probe checks the clipping unless you declare clip=0.1. The stranger says that it clips.")
def clipping_not_declared():
    return _named(diagnose.update(*unseen.script_b()))


@wrong("The gradients are cleared, and in the right place. Look at the order of what comes next.")
def clearing_suspected():
    return "gradients_pile_up"


@wrong(
    "No probe knows which value you wanted unless you declare horizon=1. The stranger says: "
    "the next."
)
def horizon_not_declared():
    series, x, y = unseen.script_c()
    return _named(diagnose.data(x, y, series=series))


@wrong(
    "The parts can't be mixed, because this script doesn't have any. Ask the probes, with series=."
)
def split_suspected():
    return "test_in_training"


@wrong("The state is detached, both parts of it, before the next call.")
def history_suspected():
    return "graph_kept"


@wrong("It isn't a fault to carry the state on purpose. Declare stateful=True.")
def carrying_suspected():
    return "state_kept"


@wrong("The forecast itself is as good as the noise allows. What else did the stranger promise?")
def forecast_suspected():
    return "shifted"


@wrong("Declare low=, high= and level=0.9, because it's the promise that has to be counted.")
def interval_not_declared():
    past, actual, forecast, _, _ = unseen.script_e()
    return _named(diagnose.forecast(actual, forecast, past=past, season=12))


def _exam(id: str, title: str, reference: Callable[[], str], *misconceptions) -> Exercise:
    return Exercise(
        id=id,
        title=title,
        difficulty=2,
        minutes=2,
        kind="value",
        reference=reference,
        also_right=(lambda: f" {reference().upper()} ",),
        misconceptions=misconceptions,
        hints=HINTS,
    )


EXAM_A = _exam("7.Q1", "Script a", machine, axes_suspected, not_learning_suspected)
EXAM_B = _exam("7.Q2", "Script b", clipped, clipping_not_declared, clearing_suspected)
EXAM_C = _exam("7.Q3", "Script c", price, horizon_not_declared, split_suspected)
EXAM_D = _exam("7.Q4", "Script d", carried, history_suspected, carrying_suspected)
EXAM_E = _exam("7.Q5", "Script e", interval, forecast_suspected, interval_not_declared)
