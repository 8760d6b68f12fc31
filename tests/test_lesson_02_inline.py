"""Lessons 02a and 02b write out what `course_utils` holds: here the two are held together.

The lessons' own classes and functions are read from their cells, and given what their
counterparts in `course_utils` are given. The exercises' references stand for what the
learner writes.
"""

import re
import warnings
from collections.abc import Callable
from types import SimpleNamespace

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from course_utils import explorers, recurrent, sequences, training
from course_utils.commands.save_notebooks import NOTEBOOKS
from course_utils.exercises import lesson_02a, lesson_02b
from course_utils.explorers.lesson_02a import draw_shapes, measure_shapes
from course_utils.explorers.lesson_02b import draw_padding, measure_padding
from course_utils.studies import lesson_02 as kept
from tests.inline import copy_of, definitions


def cells_of(name: str) -> list:
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4).cells


PARTS = {"02a": cells_of("02a_anatomy_of_nn_rnn"), "02b": cells_of("02b_variable_lengths")}


@pytest.fixture(scope="module")
def lesson() -> SimpleNamespace:
    """The lessons' own definitions; what a learner writes is taken from the references."""
    space: dict = {"torch": torch, "nn": nn, "np": np, "Dataset": Dataset, "warnings": warnings}
    space |= {"training": training, "letters": sequences.LETTERS, "pad": lesson_02b.pad}
    space |= {"last": lesson_02b.last}
    return definitions(PARTS["02a"] + PARTS["02b"], space)


def assert_same_gradients(own: nn.Module, theirs: nn.Module) -> None:
    for a, b in zip(own.parameters(), theirs.parameters(), strict=True):
        assert a.grad is not None
        assert torch.allclose(a.grad, b.grad, atol=1e-6)


# ---- what the lesson shows


def test_dataset_and_collate(lesson: SimpleNamespace) -> None:
    for items, targets in (
        sequences.draw_sums(7),
        ([sequences.encode(w, "ab") for w in ("ab", "abba")],
         [sequences.running_parity(w) for w in ("ab", "abba")]),
    ):  # fmt: skip
        shown, ours = lesson.CustomDataset(items, targets), sequences.CustomDataset(items, targets)
        assert len(shown) == len(ours)
        for i in range(len(ours)):
            assert all(map(torch.equal, shown[i], ours[i]))
        batches = [
            list(DataLoader(data, 3, collate_fn=put))
            for data, put in ((shown, lesson.collate), (ours, sequences.collate))
        ]
        assert len(batches[0]) == len(batches[1])
        for one, other in zip(*batches, strict=True):
            assert all(map(torch.equal, one, other))


def test_words_and_letters(lesson: SimpleNamespace) -> None:
    words = sequences.draw_words(1500)
    train, test = kept.words_apart()
    for shown, ours in (
        (lesson.words_with_parity(words[:1000]), train),
        (lesson.words_with_parity(words[1000:]), test),
        (lesson.next_letters(["so!", "oh dear."]), sequences.next_letters(["so!", "oh dear."])),
    ):
        assert len(shown) == len(ours)
        for i in range(len(ours)):
            assert all(map(torch.equal, shown[i], ours[i]))


@pytest.mark.parametrize("cell", [nn.RNN, nn.GRU, nn.LSTM])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("both", [False, True])
def test_reader_gives_the_same_output_state_and_gradients(
    lesson: SimpleNamespace, cell: type[nn.RNNBase], packed: bool, both: bool
) -> None:
    make = [cell(2, 5, batch_first=True, bidirectional=both) for _ in range(2)]
    ours = sequences.Reader(make[0], 3, packed)
    shown = copy_of(ours, lesson.Reader(make[1], 3, packed))
    x, lengths = sequences.pad([torch.randn(n, 2) for n in (4, 2, 6)])
    (y, state), (wanted, after) = shown(x, lengths), ours(x, lengths)
    again, _ = shown(x, lengths, state)
    assert torch.equal(y, wanted)
    assert torch.equal(again, ours(x, lengths, after)[0])
    y.square().sum().backward()
    wanted.square().sum().backward()
    assert_same_gradients(shown, ours)


@pytest.mark.parametrize("cell", ["RNN", "GRU", "LSTM"])
@pytest.mark.parametrize("packed", [False, True])
def test_reader_on_equal_lengths_is_the_courses_forecaster(
    lesson: SimpleNamespace, cell: str, packed: bool
) -> None:
    torch.manual_seed(3)
    ours = recurrent.Forecaster(5, horizon=2, cell=cell, inputs=2)
    layer = recurrent.CELLS[cell](2, 5, batch_first=True)
    shown = copy_of(ours, lesson.Reader(layer, 2, packed))
    x, lengths = torch.randn(4, 6, 2), torch.full((4,), 6)
    y, wanted = lesson_02b.last(shown(x, lengths)[0], lengths), ours(x)[0]
    assert torch.allclose(y, wanted, atol=1e-6)
    y.square().sum().backward()
    wanted.square().sum().backward()
    assert_same_gradients(shown, ours)


def test_fit_on_equal_lengths_is_fit_windows(lesson: SimpleNamespace) -> None:
    torch.manual_seed(0)
    inputs, targets = torch.randn(12, 5, 1), torch.randn(12, 1)
    ours = recurrent.Forecaster(6, cell="RNN")
    shown = copy_of(ours, lesson.Reader(nn.RNN(1, 6, batch_first=True), 1, packed=False))
    loader = DataLoader(lesson.CustomDataset([*inputs], [*targets]), 4, collate_fn=lesson.collate)
    losses = lesson.fit(shown, loader, lesson.sum_loss, epochs=5)
    history = training.fit_windows(
        ours, inputs, targets, epochs=5, optimizer=training.adam(0.01), batch_size=4
    )
    assert losses == pytest.approx(history.losses, rel=1e-5)
    assert all(
        torch.allclose(a, b, atol=1e-5)
        for a, b in zip(shown.parameters(), ours.parameters(), strict=True)
    )


@pytest.mark.parametrize("told", ["at_the_end", "at_every_step"])
def test_fit_and_judging_are_those_of_the_study(lesson: SimpleNamespace, told: str) -> None:
    train, test = kept.words_apart(60, 40)
    runs = []
    for reader, fit, loss_of, judge in (
        (lesson.Reader, lesson.fit, getattr(lesson, told), lesson.accuracy),
        (sequences.Reader, kept.fit_loader, getattr(kept, told), kept.accuracy),
    ):
        torch.manual_seed(1)
        model = reader(nn.GRU(2, 8, batch_first=True), 2)
        loader = DataLoader(train, 20, shuffle=True, collate_fn=sequences.collate)
        runs.append([*fit(model, loader, loss_of, epochs=3), judge(model, test)])
    assert len(runs[0]) == 10
    assert runs[0] == runs[1]


def test_perplexity_of_the_network_is_that_of_the_study(lesson: SimpleNamespace) -> None:
    torch.manual_seed(2)
    size = len(sequences.LETTERS)
    model = sequences.Reader(nn.LSTM(size, 8, batch_first=True), size)
    some = ["so!", "alice was beginning", "oh dear, oh dear."]
    wanted = kept.perplexity_of(model, sequences.next_letters(some))
    assert lesson.perplexity_of(model, some) == pytest.approx(wanted, rel=1e-6)


def test_sgd_with_clipping_is_that_of_the_study(lesson: SimpleNamespace) -> None:
    for limit in (1.0, float("inf")):
        assert lesson.sums_by_sgd(3, limit, 12) == kept.sums_by_sgd(3, limit, 12)


def test_the_lost_axis_is_the_broadcast_mean(lesson: SimpleNamespace) -> None:
    y, lengths, targets = torch.randn(4, 3, 1), torch.tensor([3, 1, 2, 3]), torch.randn(4, 1)
    ends = lesson_02b.last(y, lengths)
    everyone = (ends[:, None] - targets[None]).square().mean()
    assert torch.allclose(lesson.broken_loss(y, lengths, targets), everyone)
    assert torch.allclose(lesson.sum_loss(y, lengths, targets), (ends - targets).square().mean())


# ---- what the learner writes, and the helper that the course goes on with


def test_what_the_learner_writes_is_what_the_course_goes_on_with() -> None:
    items = [torch.randn(n, 2) for n in (3, 1, 4)]
    for value in (0.0, 5.0):
        assert all(map(torch.equal, lesson_02b.pad(items, value), sequences.pad(items, value)))
    output, lengths = torch.randn(3, 4, 2), torch.tensor([3, 1, 4])
    assert torch.equal(lesson_02b.last(output, lengths), sequences.last(output, lengths))
    counts, held_out = torch.rand(5, 5), torch.rand(5, 5)
    wanted = sequences.perplexity(counts, held_out, 0.3)
    assert lesson_02b.perplexity(counts, held_out, 0.3) == pytest.approx(wanted, rel=1e-6)


def test_predicted_shapes_are_those_that_the_explorer_measures() -> None:
    for layers in (1, 2, 4):
        for directions in (1, 2):
            for batch_first in (False, True):
                now = measure_shapes(layers, directions, batch_first)
                wanted = lesson_02a.predict_shapes(5, 3, 20, layers, directions, batch_first)
                assert (now["output"], now["h_n"]) == wanted
                assert now["h_0"] == now["h_n"]
                figure, words = draw_shapes(layers, directions, batch_first)
                plt.close(figure)
                assert f"output is {wanted[0]}, h_n is {wanted[1]}" in words
    assert "shape changed of: input, output." in draw_shapes(1, 1, True)[1]


@pytest.mark.parametrize(
    ("show", "words"),
    [
        (explorers.shapes, "the layer learns 640 numbers"),
        (explorers.padding, "h_n is not its own last output for: first (off by"),
    ],
)
def test_an_explorer_shows_its_still(
    show: Callable[[], None],
    words: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("UNROLLED_QUIET", "1")
    show()
    assert words in capsys.readouterr().out


def test_the_padding_explorer_shows_what_the_learner_finds_out() -> None:
    for lengths in ((3, 5, 2), (8, 1, 8), (4, 4, 4)):
        filled = (~lesson_02b.real_steps(torch.tensor(lengths), max(lengths))).sum()
        for packed in (False, True):
            stands, off = measure_padding(lengths, packed)
            assert stands == [(n if packed else max(lengths)) - 1 for n in lengths]
            for n, miss in zip(lengths, off, strict=True):
                assert (miss > 0.01) == (not packed and n < max(lengths))
            figure, words = draw_padding(*lengths, packed)
            plt.close(figure)
            assert f"{filled} of {3 * max(lengths)} steps" in words
            assert ("own last output for: nobody" in words) == (packed or filled == 0)


def test_the_mean_of_real_steps_is_the_loss_that_the_lesson_trains_on(
    lesson: SimpleNamespace,
) -> None:
    targets, lengths = lesson_02b.pad([torch.tensor([1, 0]), torch.tensor([1, 1, 0])], -100)
    y = torch.randn(2, 3, 2)
    each = nn.functional.cross_entropy(y.transpose(1, 2), targets, reduction="none")
    wanted = lesson.at_every_step(y, lengths, targets)
    assert torch.allclose(lesson_02b.mean_of_real(each, lengths), wanted)


# ---- where it is taught

TAUGHT = [
    (sequences.CustomDataset, "02b", 1),
    (sequences.pad, "02b", 1),
    (sequences.collate, "02b", 1),
    (sequences.last, "02b", 1),
    (sequences.encode, "02b", 1),
    (sequences.draw_words, "02b", 1),
    (sequences.running_parity, "02b", 1),
    (sequences.draw_sums, "02b", 1),
    (sequences.Reader, "02b", 2),
    (kept.fit_loader, "02b", 2),
    (sequences.load_sentences, "02b", 4),
    (sequences.next_letters, "02b", 4),
    (sequences.count_pairs, "02b", 4),
    (sequences.perplexity, "02b", 4),
    (explorers.shapes, "02a", 6),
    (explorers.padding, "02b", 5),
]
WORDS = {
    ("02a", 6): "explore",
    ("02b", 1): "different lengths",
    ("02b", 2): "a model",
    ("02b", 4): "character model",
    ("02b", 5): "explore",
}


@pytest.mark.parametrize(
    ("helper", "part", "section"), TAUGHT, ids=[taught[0].__name__ for taught in TAUGHT]
)
def test_helper_names_the_section_that_teaches_it(helper: object, part: str, section: int) -> None:
    said = " ".join((helper.__doc__ or "").split())
    assert re.search(rf"lesson {part}, section {section}\b", said)
    assert (part, section) in WORDS


def test_sections_are_numbered_as_the_helpers_name_them() -> None:
    for (part, section), words in WORDS.items():
        prose = "\n".join(cell.source for cell in PARTS[part])
        heads = dict(re.findall(r"^## (\d+)\. (.+)$", prose, flags=re.MULTILINE))
        assert words in heads[str(section)].lower()


def test_the_minutes_that_a_lesson_states_are_those_of_its_exercises() -> None:
    for part, module in (("02a", lesson_02a), ("02b", lesson_02b)):
        total = sum(exercise.minutes for exercise in module.EXERCISES)
        assert f"exercises {total} min" in PARTS[part][0].source
        prose = "\n".join(cell.source for cell in PARTS[part])
        for exercise in module.EXERCISES:
            if exercise.kind == "function":
                rank = "●" * exercise.difficulty + "○" * (3 - exercise.difficulty)
                assert f"Exercise {exercise.id} {rank} ({exercise.minutes} min)" in prose
