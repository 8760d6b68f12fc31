"""The report: text, card, dict, sum, and one line for somebody's own tests."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys

import pytest
import torch
from torch import nn

from course_utils import diagnose, settings
from course_utils.diagnose.report import Finding, Report, Suspicion
from course_utils.lessons import parts

ROWS = Suspicion("rows_mixed", "changed row 2", "Rows leak.", "02a", "every-shape", "Transpose.")
REPORT = Report(
    (
        ROWS.well("0 moved"),
        ROWS.fault("row 3 moved by 0.31 <b>"),
        ROWS.cannot_tell("one row", "two"),
    ),
    0.25,
    ("the loader (iterator)",),
)


def test_counts_and_names_the_faults() -> None:
    assert [finding.status for finding in REPORT.faults] == ["fault"]
    assert REPORT.names == {"rows_mixed"}


def test_text_says_everything_about_a_fault() -> None:
    text = str(REPORT)
    for part in ("1 fault · 1 cannot tell · 1 well · 0.25 s", "the loader (iterator)", "0.31"):
        assert part in text
    for part in ("changed row 2", "Rows leak.", "Transpose.", "lesson 02a, every-shape"):
        assert part in text
    assert text.index("✗ rows_mixed") < text.index("✓ rows_mixed")
    assert "? rows_mixed  one row; two" in text  # what to declare where it cannot tell
    assert repr(REPORT) == text


def test_card_is_plain_html() -> None:
    bundle = REPORT._repr_mimebundle_()
    assert bundle["text/plain"] == str(REPORT)
    html = bundle["text/html"]
    assert "&lt;b&gt;" in html
    assert html.count("<details") == html.count("</details>") == 3
    assert "<script" not in html


def test_dict_goes_through_json() -> None:
    told = json.loads(json.dumps(REPORT.to_dict()))
    assert told["findings"][1]["seen"] == "row 3 moved by 0.31 <b>"
    assert told["not_restored"] == ["the loader (iterator)"]
    assert told["cost_seconds"] == 0.25


def test_reports_add_up() -> None:
    both = REPORT + REPORT
    assert len(both.findings) == 6
    assert both.cost_seconds == 0.5
    assert both.not_restored == ("the loader (iterator)",)
    with pytest.raises(TypeError):
        REPORT + 3


def test_require_raises_with_the_faults_alone() -> None:
    with pytest.raises(AssertionError, match="row 3 moved"):
        REPORT.require()
    Report((ROWS.well("fine"), ROWS.cannot_tell("one row", "two")), 0.1).require()


def test_findings_are_frozen() -> None:
    with pytest.raises(AttributeError):
        REPORT.findings[0].seen = "nothing"  # type: ignore[misc]


def suspicions() -> list[Suspicion]:
    modules = [module for name, module in sys.modules.items() if "course_utils.diagnose." in name]
    found = [one for module in modules for one in vars(module).values()]
    return [one for one in found if isinstance(one, Suspicion)]


@pytest.mark.parametrize("suspicion", suspicions(), ids=lambda one: one.name)
def test_every_suspicion_names_a_section_that_there_is(suspicion: Suspicion) -> None:
    assert suspicion.anchor in parts()[suspicion.lesson].sections
    for said in (suspicion.tried, suspicion.means, suspicion.todo):
        assert said


def test_needs_nothing_but_torch_and_numpy() -> None:
    banned = "pandas matplotlib IPython ipywidgets sklearn statsmodels tqdm jaxtyping beartype"
    code = (
        "import sys\n"
        f"for name in {banned.split()!r}: sys.modules[name] = None\n"
        "from course_utils import diagnose\n"
        "import torch\n"
        "model = torch.nn.GRU(3, 4, batch_first=True)\n"
        "print(diagnose.network(model, torch.randn(4, 6, 3), task='forecast').names)"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=settings.ROOT, check=False
    )
    assert out.returncode == 0, out.stderr
    assert out.stdout.strip() == "set()"


def test_a_network_of_100_units_takes_at_most_two_seconds() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.rnn, self.out = nn.LSTM(3, 100, batch_first=True), nn.Linear(100, 1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.out(self.rnn(x)[0])

    model, x = Net(), torch.randn(16, 40, 3)
    diagnose.network(model, x[:2], task="forecast")
    report = min(
        (diagnose.network(model, x, task="forecast") for _ in range(3)),
        key=lambda report: report.cost_seconds,
    )
    assert not report.names
    assert report.cost_seconds < 2.0


def test_a_slow_network_ends_in_findings() -> None:
    import time

    class Slow(nn.Linear):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            time.sleep(0.05)
            return super().forward(x)

    report = diagnose.network(Slow(3, 1), torch.randn(4, 6, 3), seconds=0.2)
    assert report.cost_seconds < 1.5
    assert any("the time is up" in finding.seen for finding in report.findings)


def test_public_functions_say_what_they_take() -> None:
    for function in (diagnose.network, diagnose.update):
        text = inspect.getdoc(function) or ""
        for name in inspect.signature(function).parameters:
            assert name in text, (function, name)


def test_a_finding_can_be_written_out() -> None:
    assert isinstance(REPORT.findings[0], Finding)
    assert str(REPORT.findings[0]).startswith("✓ rows_mixed: well")
