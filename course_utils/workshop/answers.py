"""What the guide adds for a workshop: the letters of lesson 07, and what a day leaves out."""

from __future__ import annotations

from course_utils.lessons import Part
from course_utils.lessons.find_the_fault.name_that_fault import answers
from course_utils.workshop.days import DAYS, Session, used_in

PICTURES = {"twelve-pictures": False, "twelve-again": True}  # section of 07: the second set?


def letters(part: Part, anchor: str) -> str:
    """Write the table of the answers to a section's twelve pictures, as Markdown.

    Parameters
    ----------
    part : Part
        The lesson.
    anchor : str
        Of the section; "" comes back unless it shows the twelve pictures.
    """
    if part.number != "07" or anchor not in PICTURES:
        return ""
    rows = [
        f"| {place} | {one.letter} | {one.fault} | {one.reason} |"
        for place, one in enumerate(answers(PICTURES[anchor]), start=1)
    ]
    which = "second" if PICTURES[anchor] else "first"
    head = ["| picture | letter | fault | how you see it |", "|---|---|---|---|"]
    return f"The answers to the {which} twelve pictures:\n\n" + "\n".join([*head, *rows])


def exercises_in(part: Part, anchor: str) -> dict[str, set[str]]:
    """Say which exercises each day does of a lesson, for the days that teach a section.

    Parameters
    ----------
    part : Part
        The lesson.
    anchor : str
        Of the section.

    Returns
    -------
    dict
        From the day, in lower case, to the ids of the exercises.
    """
    found = {}
    for day in DAYS:
        if day.name.lower() in used_in(part, anchor):
            rows = [row for row in day.rows if isinstance(row, Session)]
            stretches = [row.stretch for row in rows if row.stretch.lesson == part.number]
            found[day.name.lower()] = {id for one in stretches for id in one.exercises}
    return found
