"""From what you see to the lesson that explains it.

`find` takes a few words, or a pasted error message. Every symptom is written once, in the module
for its kind; `make notebooks ARGS=--facts` makes the tables of lesson 00 and the README from them.
To add one, put an entry into ``ROWS`` of the right module: what you see (in the words of somebody
who doesn't know the fault), what it is, the lesson, the id of the cell that explains it, and other
words that people might search for. A test follows every link; add a query of your own to
tests/test_symptoms.py.
"""

from course_utils.symptoms import forecasts, keras, learning, messages, shapes, states
from course_utils.symptoms.matching import Symptom, best, nearest

SYMPTOMS: tuple[Symptom, ...] = tuple(
    Symptom(module.KIND, *row)
    for module in (messages, learning, shapes, states, forecasts, keras)
    for row in module.ROWS
)
SHOWN = 3


def find(words: str) -> None:
    """Show the lessons that explain what you see.

    Parameters
    ----------
    words : str
        A few words, such as ``"straight line"``, or an error message.

    Raises
    ------
    TypeError
        If it isn't a text.
    """
    if not isinstance(words, str):
        raise TypeError(
            f"words is {words!r}, wanted a text: say in a few words what you see, such as "
            'symptoms.find("straight line")'
        )
    found = best(words, SYMPTOMS, SHOWN)
    text = "\n".join(map(_line, found)) if found else _nothing(words)
    _display(text)


def link(symptom: Symptom) -> str:
    """Return the link from a notebook to the cell that explains a symptom."""
    from course_utils import lessons

    file = lessons.parts()[symptom.lesson].file
    return f"[lesson {symptom.lesson}]({file}.ipynb#cell-id={symptom.anchor})"


def _line(symptom: Symptom) -> str:
    return f"- **{symptom.sees}**: {symptom.fault} → {link(symptom)}"


def _nothing(words: str) -> str:
    near = nearest(words, SYMPTOMS)
    hint = f"Words that look like yours: {', '.join(near)}. " if near else ""
    return (
        f"Nothing here fits “{words.strip()}”. {hint}Try other words for what you see, or look "
        "through [all of them](00_start_here.ipynb#cell-id=by-symptom)."
    )


def _display(text: str) -> None:
    from IPython.display import display

    plain = text.replace("**", "")
    display({"text/plain": plain, "text/markdown": text}, raw=True)
