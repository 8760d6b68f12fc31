"""How lesson 07 shows a report: its faults in full, what you could declare, and no times."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from course_utils.diagnose import Report


def show(report: Report) -> None:
    """Print how many probes found what, every fault in full, and what else could be declared.

    Parameters
    ----------
    report : Report
        Of `course_utils.diagnose`.
    """
    counts = []
    for status in ("fault", "cannot tell", "well"):
        many = sum(finding.status == status for finding in report.findings)
        counts.append(f"{many} {status}")
    print(" · ".join(counts))
    for fault in report.faults:
        print(f"\n{fault}")
    unclear = [finding for finding in report.findings if finding.status == "cannot tell"]
    width = max((len(finding.name) for finding in unclear), default=0)
    if unclear:
        print()
    for finding in unclear:
        line = f"? {finding.name:<{width}}  {finding.seen}; {finding.todo}"
        print(fill(line, 96, subsequent_indent=" " * (width + 4)))


def named(report: Report, among: Sequence[str]) -> str:
    """Give the finding that a guess was about.

    Parameters
    ----------
    report : Report
        Of `course_utils.diagnose`.
    among : sequence of str
        The names that could be guessed.

    Returns
    -------
    str
        The first of them that was found, or "none".
    """
    return next((name for name in among if name in report.names), "none")
