"""What the probes return: findings, and the report that collects them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from html import escape
from textwrap import fill
from typing import Any, Literal

from course_utils.recording import Strip

Status = Literal["fault", "well", "cannot tell"]

_MARKS: dict[Status, str] = {"fault": "✗", "cannot tell": "?", "well": "✓"}
_COLOURS: dict[Status, str] = {"fault": "#c0392b", "cannot tell": "#b9770e", "well": "#1e8449"}


@dataclass(frozen=True)
class Finding:
    """What one probe found.

    Attributes
    ----------
    name : str
        Of the fault that the probe looked for, such as "rows_mixed".
    status : str
        "fault", "well" or "cannot tell".
    tried : str
        What the probe did.
    seen : str
        What came out, in numbers. If the probe cannot tell: why.
    means : str
        What such a fault means.
    lesson, anchor : str
        Where the course explains it: "02a", "read-the-error".
    todo : str
        What to do about it. If the probe cannot tell: what to declare.
    strip : Strip or None
        What the fault looks like, in numbers; `strips.draw` draws them. None if you can't see the
        fault in a strip.
    """

    name: str
    status: Status
    tried: str
    seen: str
    means: str
    lesson: str
    anchor: str
    todo: str
    strip: Strip | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        """Write the finding out in full."""
        lines = [f"{_MARKS[self.status]} {self.name}: {self.status}"]
        said = [("tried", self.tried), ("seen", self.seen)]
        if self.status == "fault":
            said.append(("means", self.means))
        if self.status != "well":
            said += [("do", self.todo), ("read", f"lesson {self.lesson}, {self.anchor}")]
        for word, text in said:
            indent = " " * 10
            lines.append(fill(f"  {word:<8}{text}", 96, subsequent_indent=indent))
        return "\n".join(lines)


@dataclass(frozen=True)
class Suspicion:
    """A fault to look for; a probe turns it into a finding by saying what it saw.

    It has the attributes of `Finding`, except what only the probe knows.
    """

    name: str
    tried: str
    means: str
    lesson: str
    anchor: str
    todo: str

    def fault(self, seen: str) -> Finding:
        """Report the fault."""
        return self._finding("fault", seen, self.todo)

    def well(self, seen: str) -> Finding:
        """Report that all is well."""
        return self._finding("well", seen, "")

    def cannot_tell(self, because: str, todo: str) -> Finding:
        """Report that the probe can't tell, and why; ``todo`` says what would help."""
        return self._finding("cannot tell", because, todo)

    def _finding(self, status: Status, seen: str, todo: str) -> Finding:
        return Finding(
            self.name, status, self.tried, seen, self.means, self.lesson, self.anchor, todo
        )


@dataclass(frozen=True)
class Report:
    """All findings about one network, training step, data set or forecast.

    You can add two reports. JupyterLab shows a report as a card.

    Attributes
    ----------
    findings : tuple of Finding
        In the order in which the probes ran.
    cost_seconds : float
        How long the probes took.
    not_restored : tuple of str
        What couldn't be put back as it was.
    """

    findings: tuple[Finding, ...]
    cost_seconds: float
    not_restored: tuple[str, ...] = ()

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The findings that are faults."""
        return tuple(finding for finding in self.findings if finding.status == "fault")

    @property
    def names(self) -> set[str]:
        """The names of the faults."""
        return {finding.name for finding in self.faults}

    def require(self) -> None:
        """Insist that there is no fault: one line for your own tests.

        Raises
        ------
        AssertionError
            If a probe found a fault; the message contains all of them.
        """
        if self.faults:
            raise AssertionError("\n\n".join([self._headline(), *map(str, self.faults)]))

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain dicts, lists, strings and numbers."""
        return {
            "findings": [_plain(finding) for finding in self.findings],
            "cost_seconds": self.cost_seconds,
            "not_restored": list(self.not_restored),
        }

    def __add__(self, other: Report) -> Report:
        """Join two reports."""
        if not isinstance(other, Report):
            return NotImplemented
        return Report(
            self.findings + other.findings,
            self.cost_seconds + other.cost_seconds,
            tuple(dict.fromkeys(self.not_restored + other.not_restored)),
        )

    def __str__(self) -> str:
        """Write a table, with advice where a probe cannot tell, and every fault in full."""
        width = max((len(finding.name) for finding in self.findings), default=0)
        rows = [
            fill(
                f"{_MARKS[finding.status]} {finding.name:<{width}}  {_said(finding)}",
                96,
                subsequent_indent=" " * (width + 4),
            )
            for finding in _worst_first(self.findings)
        ]
        return "\n".join([self._headline(), *rows, *(f"\n{fault}" for fault in self.faults)])

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._html()}

    def _headline(self) -> str:
        counts = [
            f"{sum(finding.status == status for finding in self.findings)} {status}"
            for status in _MARKS
        ]
        if len(self.faults) != 1:
            counts[0] += "s"
        line = f"diagnose: {' · '.join(counts)} · {self.cost_seconds:.2f} s"
        if self.not_restored:
            line += f"\nnot restored: {', '.join(self.not_restored)}"
        return line

    def _html(self) -> str:
        rows = "".join(_html_row(finding) for finding in _worst_first(self.findings))
        head = escape(self._headline()).replace("\n", "<br>")
        return (
            '<div style="border:1px solid #8884;border-radius:6px;padding:8px 12px;'
            f'max-width:56em"><strong>{head}</strong>{rows}</div>'
        )


def _plain(finding: Finding) -> dict[str, Any]:
    plain = asdict(replace(finding, strip=None))
    if finding.strip is not None:
        numbers = finding.strip._asdict()
        plain["strip"] = {
            name: one.tolist() if hasattr(one, "tolist") else one for name, one in numbers.items()
        }
    return plain


def _said(finding: Finding) -> str:
    asks = finding.status == "cannot tell" and finding.todo
    return f"{finding.seen}; {finding.todo}" if asks else finding.seen


def _worst_first(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: list(_MARKS).index(finding.status))


def _html_row(finding: Finding) -> str:
    said = [("tried", finding.tried)]
    if finding.status == "fault":
        said.append(("means", finding.means))
    if finding.status != "well":
        said += [("do", finding.todo), ("read", f"lesson {finding.lesson}, {finding.anchor}")]
    details = "".join(f"<div><em>{word}</em> {escape(text)}</div>" for word, text in said)
    return (
        f'<details style="margin:4px 0" {"open" if finding.status == "fault" else ""}>'
        f'<summary><span style="color:{_COLOURS[finding.status]}">{_MARKS[finding.status]} '
        f"{escape(finding.status)}</span> <code>{escape(finding.name)}</code> "
        f'{escape(finding.seen)}</summary><div style="margin-left:1.5em">{details}'
        f"{_picture(finding.strip)}</div></details>"
    )


def _picture(strip: Strip | None) -> str:
    # The probes don't need matplotlib: a card has pictures if you've imported `strips`.
    strips = sys.modules.get("course_utils.strips")
    return "" if strips is None or strip is None else strips.as_html(strip)
