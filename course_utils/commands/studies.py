"""Remake stored studies: ``make studies ARGS="airline-published"``; without a name, all."""

from __future__ import annotations

import argparse

from course_utils import lessons, studies
from course_utils.reproducibility import begin


def main() -> None:
    """Run the studies that are named on the command line."""
    known = lessons.studies()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(known))
    names = parser.parse_args().names or list(known)
    for name in names:
        if name not in known:
            parser.error(f"name must be one of {', '.join(known)}, got {name!r}")
    for name in names:
        begin()
        path = studies.make(name, known[name])
        print(f"{name}: wrote data/studies/{path.name}")


if __name__ == "__main__":
    main()
