"""Lessons 03a and 03b write out what `course_utils` holds: here the two are held together.

The lessons' own classes and functions are read from their cells, and given what their
counterparts in `course_utils` are given. The exercises' references stand for what the
learner writes.
"""

import re
from functools import partial
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
import torch
from torch import nn

from course_utils import recurrent, reproducibility, signals, studies, training
from course_utils.commands.save_notebooks import NOTEBOOKS
from course_utils.exercises import lesson_03a as written
from course_utils.exercises import lesson_03b as judged
from course_utils.explorers import lesson_03a as explorers
from course_utils.explorers import lesson_03b as grid
from course_utils.live import LivePlot
from course_utils.studies import lesson_03 as runs
from tests.inline import definitions

BAD = signals.sin_cos_chunks(endpoint=True)
GOOD = signals.sin_cos_chunks()


PARTS = ("03a_sin_to_cos", "03b_the_duplicated_sample")


def cells_of(part: str) -> list:
    return nbformat.read(NOTEBOOKS / f"{part}.ipynb", as_version=4).cells


@pytest.fixture(scope="module")
def lesson() -> SimpleNamespace:
    """The lessons' own definitions, with the names that their cells have made by then."""
    space: dict = {"torch": torch, "nn": nn, "np": np, "partial": partial, "training": training}
    space |= {"INPUT_SIZE": 1, "TIME_STEP": 10, "LR": 0.02, "spacing": np.pi / 10}
    space |= {"x_all": BAD.inputs, "y_all": BAD.targets, "chunks": GOOD}
    space |= {"evaluate": judged.evaluate, "start_state": judged.start_state}
    space |= {"recurrent": recurrent}
    return definitions(cells_of(PARTS[0]) + cells_of(PARTS[1]), space)


def equal(one: nn.Module, other: nn.Module) -> bool:
    return all(map(torch.equal, one.parameters(), other.parameters()))


# ---- what the lesson shows


def test_the_network_draws_the_same_weights_and_gives_the_same_output_and_gradients(
    lesson: SimpleNamespace,
) -> None:
    torch.manual_seed(3)
    shown = lesson.RNN()
    torch.manual_seed(3)
    kept = recurrent.SequenceModel()
    assert equal(shown, kept)
    x, state = torch.randn(4, 10, 1), torch.randn(1, 4, 32)
    for start in (None, state):
        (y, after), (wanted, after_wanted) = shown(x, start), kept(x, start)
        torch.testing.assert_close(y, wanted)
        torch.testing.assert_close(after, after_wanted)
    y.square().sum().backward()
    wanted.square().sum().backward()
    for own, theirs in zip(shown.parameters(), kept.parameters(), strict=True):
        torch.testing.assert_close(own.grad, theirs.grad)


def test_the_published_chunks_are_those_that_include_their_ends(lesson: SimpleNamespace) -> None:
    for number in (0, 1, 37, 99):
        times, sine, cosine = lesson.published_chunk(number)
        np.testing.assert_array_equal(times, BAD.times[number])
        np.testing.assert_array_equal(sine, BAD.inputs[number, 0, :, 0])
        np.testing.assert_array_equal(cosine, BAD.targets[number, 0, :, 0])


def test_as_copied_the_network_gives_nothing_back_and_the_loop_learns_nothing(
    lesson: SimpleNamespace,
) -> None:
    assert lesson.AsCopied()(BAD.inputs[0], None) is None
    model = lesson.RNN()
    before = [p.clone() for p in model.parameters()]
    losses = lesson.train_as_copied(model, BAD.inputs[:5], BAD.targets[:5])
    assert len(losses) == 5
    assert all(map(torch.equal, before, model.parameters()))


def test_the_two_sample_formula_is_exact_at_its_own_spacing(lesson: SimpleNamespace) -> None:
    times = np.arange(50) * np.pi / 10 + 0.3
    np.testing.assert_allclose(lesson.two_samples(np.sin(times)), np.cos(times[1:]), atol=1e-12)


def test_fed_by_itself_a_perfect_model_stays_on_the_wave(lesson: SimpleNamespace) -> None:
    class TwoSamples(nn.Module):
        def forward(
            self, x: torch.Tensor, state: torch.Tensor | None
        ) -> tuple[torch.Tensor, torch.Tensor]:
            before = x if state is None else state
            spacing = torch.tensor(np.pi / 10)
            return (x * spacing.cos() - before) / spacing.sin(), x

    said = lesson.fed_by_itself(TwoSamples(), steps=60)
    np.testing.assert_allclose(said[1:], np.cos(np.arange(1, 60) * np.pi / 10), atol=1e-3)


def test_looking_leaves_the_losses_as_they_are(lesson: SimpleNamespace) -> None:
    (looked, looks), (alone, none) = lesson.train_and_look(True), lesson.train_and_look(False)
    assert looked == alone
    assert (len(looks), len(none)) == (10, 0)


# ---- what the learner writes, and the helper that the course goes on with


def test_train_is_fit_chunks(lesson: SimpleNamespace) -> None:
    torch.manual_seed(5)
    shown = lesson.RNN()
    torch.manual_seed(5)
    kept = recurrent.SequenceModel()
    inputs, targets = GOOD.inputs[:8], GOOD.targets[:8]
    losses, state = written.train(shown, inputs, targets, 0.02)
    history, kept_state = training.fit_chunks(kept, inputs, targets, optimizer=training.adam(0.02))
    assert losses == pytest.approx(history.losses, rel=1e-5)
    torch.testing.assert_close(state, kept_state)
    for own, theirs in zip(shown.parameters(), kept.parameters(), strict=True):
        torch.testing.assert_close(own, theirs)
        torch.testing.assert_close(own.grad, theirs.grad)


@pytest.mark.parametrize("way", list(runs.READ_OUTS))
def test_the_three_read_outs_agree_in_value_and_gradient(way: str) -> None:
    torch.manual_seed(0)
    out, r_out = nn.Linear(4, 2), torch.randn(6, 3, 4).transpose(0, 1)
    wanted = written.read_out(r_out, out)
    weight = torch.autograd.grad(wanted.square().sum(), out.weight)[0]
    shown = runs.READ_OUTS[way](r_out, out)
    torch.testing.assert_close(shown, wanted)
    torch.testing.assert_close(torch.autograd.grad(shown.square().sum(), out.weight)[0], weight)


def test_times_are_those_of_the_mended_chunks() -> None:
    for number in (0, 1, 99):
        np.testing.assert_array_equal(judged.chunk_times(number, 10, np.pi), GOOD.times[number])
    assert judged.repeated_samples(GOOD.times) == []
    assert judged.repeated_samples(BAD.times) == list(range(1, 100))


def test_cut_is_detach() -> None:
    h, c = (torch.randn(1, 2, 3, requires_grad=True) * 2 for _ in range(2))
    for state in (h, (h, c)):
        ours, theirs = written.cut(state), recurrent.detach(state)
        for one, other in zip(torch.stack(tuple(ours)), torch.stack(tuple(theirs)), strict=True):
            assert torch.equal(one, other)
            assert not one.requires_grad
            assert not other.requires_grad


def test_evaluate_is_evaluate_chunks() -> None:
    torch.manual_seed(1)
    model, state = recurrent.SequenceModel(), torch.randn(1, 1, 32)
    for start in (None, state):
        ours = judged.evaluate(model, GOOD.inputs[:6], GOOD.targets[:6], start)
        theirs = training.evaluate_chunks(model, GOOD.inputs[:6], GOOD.targets[:6], start)
        assert ours == pytest.approx(theirs, rel=1e-5)


def test_the_lessons_network_trains_as_the_stored_study_did(lesson: SimpleNamespace) -> None:
    reproducibility.seed_everything(7)
    losses, _ = written.train(lesson.RNN(), GOOD.inputs[:3], GOOD.targets[:3], 0.02)
    stored = studies.load("sin-cos-cells").query("cell == 'RNN' and seed == 7")
    np.testing.assert_allclose(losses, stored[["loss_0", "loss_1", "loss_2"]].iloc[0], rtol=1e-5)


def test_the_two_layouts_differ_in_one_line_and_the_right_one_is_the_courses_network(
    lesson: SimpleNamespace,
) -> None:
    torch.manual_seed(2)
    turned = lesson.TimeFirst(written.to_batch_first)
    viewed = lesson.TimeFirst(lesson.silent_view)
    kept = recurrent.SequenceModel()
    viewed.load_state_dict(turned.state_dict())
    kept.recurrent.load_state_dict(turned.rnn.state_dict())
    kept.readout.load_state_dict(turned.out.state_dict())
    rows = torch.randn(4, 10, 1)
    (right, state), (wrong, _), (wanted, wanted_state) = (
        model(rows, None) for model in (turned, viewed, kept)
    )
    torch.testing.assert_close(right, wanted)
    torch.testing.assert_close(state, wanted_state)
    assert wrong.shape == right.shape
    assert not torch.allclose(wrong, right, atol=0.01)
    # With one row nobody can tell.
    torch.testing.assert_close(viewed(rows[:1], None)[0], turned(rows[:1], None)[0])


@pytest.mark.parametrize("rule", runs.RULES)
def test_start_state_is_the_rule_of_fit_chunks(lesson: SimpleNamespace, rule: str) -> None:
    stored = runs.train_seed(
        4, GOOD._replace(inputs=GOOD.inputs[:6], targets=GOOD.targets[:6]), rule
    )
    assert lesson.first_losses(rule, seed=4, updates=6) == pytest.approx(stored.losses, rel=1e-4)


def test_the_two_coefficients_are_those_of_the_formula(lesson: SimpleNamespace) -> None:
    times = np.arange(60) * np.pi / 10 + 0.2
    a, b = judged.two_coefficients(np.sin(times), np.cos(times))
    x = np.random.default_rng(0).normal(size=5)
    np.testing.assert_allclose(a * x[1:] + b * x[:-1], lesson.two_samples(x), rtol=1e-6)


# ---- where it is taught

TAUGHT = [
    (signals.sin_cos_chunks, "03a", 1),
    (recurrent.SequenceModel, "03a", 2),
    (runs.read_out_in_a_loop, "03a", 2),
    (training.fit_chunks, "03a", 3),
    (LivePlot, "03a", 3),
    (recurrent.detach, "03a", 4),
    (explorers.replay, "03a", 5),
    (signals.sin_cos_chunks, "03b", 1),
    (training.fit_chunks, "03b", 3),
    (training.predict_chunks, "03b", 5),
    (training.evaluate_chunks, "03b", 5),
    (runs.free_run_error, "03b", 6),
    (grid.sin_cos, "03b", 7),
]
WORDS = {
    "03a": ("data", "network", "training", "detective", "explore", "measured", "recap"),
    "03b": (
        "curve",
        "repair",
        "carried state",
        "under the hood",
        "without touching",
        "runs of its own",
        "explore",
        "measured",
        "recap",
    ),
}


@pytest.mark.parametrize(
    ("helper", "part", "section"), TAUGHT, ids=[f"{h.__name__}-{p}" for h, p, _ in TAUGHT]
)
def test_helper_names_the_section_that_teaches_it(helper: object, part: str, section: int) -> None:
    said = " ".join((helper.__doc__ or "").split())
    assert re.search(rf"lesson {part}, sections? {section}\b", said)


@pytest.mark.parametrize("name", PARTS)
def test_sections_are_numbered_as_the_helpers_name_them(name: str) -> None:
    prose = "\n".join(cell.source for cell in cells_of(name) if cell.cell_type == "markdown")
    heads = re.findall(r"^## (\d+)\. (.+)$", prose, flags=re.MULTILINE)
    words = WORDS[name[:3]]
    assert [int(number) for number, _ in heads] == list(range(1, len(words) + 1))
    for (_, head), word in zip(heads, words, strict=True):
        assert word in head.lower()
