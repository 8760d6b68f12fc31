"""The strip: its numbers are right, and every silent fault leaves a mark on it."""

import subprocess
import sys
from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib import colormaps
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle, StepPatch
from torch import Tensor, nn

from course_utils import diagnose, settings, strips
from course_utils.recurrent import SequenceModel, detach, gru_step, lstm_step
from course_utils.signatures import BadArgument
from course_utils.strips import Strip
from tests.test_figures import seen

STEPS = 12


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    torch.manual_seed(0)
    yield
    plt.close("all")


def waves() -> Tensor:
    """Three rows that nobody mistakes for each other: slow, fast, flat."""
    steps = torch.arange(float(STEPS))
    return torch.stack([torch.sin(0.3 * steps), torch.sin(steps), torch.zeros(STEPS)])[..., None]


def jacobian_by_step(model, x: Tensor, row: int, at: int) -> np.ndarray:
    """Take the derivative of one output by all of x at once, and its norm at each step."""
    slopes = torch.autograd.functional.jacobian(lambda given: model(given)[0][row, at], x)
    return slopes.square().sum(dim=(0, 3)).sqrt().numpy()


@pytest.mark.parametrize("cell", ["RNN", "GRU", "LSTM"])
@pytest.mark.parametrize(("row", "at"), [(-1, -1), (0, 3), (1, 0)])
def test_reach_is_what_autograd_says(cell, row: int, at: int) -> None:
    model, x = SequenceModel(5, cell, outputs=2), torch.randn(3, 7, 1)
    strip = strips.record(model, x, row=row, at=at)
    assert strip.reach == pytest.approx(jacobian_by_step(model, x, row, at), abs=1e-7)
    assert strip.at == (row % 3, at % 7)
    assert (strip.reach[row, at % 7 + 1 :] == 0).all()  # nothing reads ahead


@pytest.mark.parametrize("cell", ["RNN", "GRU", "LSTM"])
def test_states_are_those_of_the_layer(cell) -> None:
    model, x = SequenceModel(5, cell), waves()
    output, _ = model.recurrent(x)
    strip = strips.record(model, x)
    assert strip.states.shape == (3, STEPS + 1, 5)
    assert np.allclose(strip.states[:, 1:], output.detach())
    assert np.allclose(strip.outputs, model(x)[0].detach())
    assert strip.inputs == pytest.approx(x.numpy())


def test_a_state_handed_in_stands_before_the_first_step() -> None:
    for cell in ("GRU", "LSTM"):
        model = SequenceModel(5, cell)
        _, state = model(waves())
        strip = strips.record(model, waves(), state)
        h = state[0] if cell == "LSTM" else state
        assert np.allclose(strip.states[:, 0], h[-1].detach())
        assert not strips.record(model, waves()).states[:, 0].any()


@pytest.mark.parametrize("both", [False, True])
def test_the_last_of_several_layers_and_both_directions_are_heard(both: bool) -> None:
    layer = nn.GRU(1, 4, num_layers=2, batch_first=True, bidirectional=both)
    start = torch.randn(4 if both else 2, 3, 4)
    strip = strips.record(layer, waves(), start)
    wanted = torch.cat([start[2], start[3]], 1) if both else start[1]
    assert np.allclose(strip.states[:, 0], wanted)
    assert np.allclose(strip.states[:, 1:], layer(waves(), start)[0].detach())


def test_of_two_layers_the_upper_one_is_heard() -> None:
    lower, upper = nn.GRU(1, 3, batch_first=True), nn.GRU(3, 4, batch_first=True)
    strip = strips.record(lambda x: upper(lower(x)[0])[0], waves())
    assert np.allclose(strip.states[:, 1:], upper(lower(waves())[0])[0].detach())


def test_with_as_many_rows_as_steps_the_axes_are_still_told_apart() -> None:
    layer, x = nn.GRU(1, 4), torch.randn(5, 5, 1)
    assert np.allclose(strips.record(layer, x).states[:, 1:], layer(x)[0].detach())

    def turned(x: Tensor) -> Tensor:
        return layer(x.transpose(0, 1))[0].transpose(0, 1)

    assert np.allclose(strips.record(turned, x).states[:, 1:], turned(x).detach())


def test_a_loop_over_cells_or_chunks_is_heard_as_one() -> None:
    cell, model = nn.LSTMCell(1, 4), SequenceModel(4)

    def by_cells(x: Tensor) -> Tensor:
        state, said = None, []
        for now in x.unbind(1):
            state = cell(now, state)
            said.append(state[0])
        return torch.stack(said, 1)

    strip = strips.record(by_cells, waves())
    assert np.allclose(strip.states[:, 1:], by_cells(waves()).detach())
    whole = strips.record(model, waves())
    assert np.allclose(strips.record(in_chunks(model, 4), waves()).states, whole.states, atol=1e-6)


@pytest.mark.parametrize("cell", ["GRU", "LSTM"])
def test_a_hand_written_step_gives_the_strip_of_the_layer(cell: str) -> None:
    layer, zeros = getattr(nn, cell)(1, 4, batch_first=True), torch.zeros(3, 4)
    weights = list(layer.parameters())
    if cell == "GRU":
        by_hand = strips.record_steps(lambda x, h: gru_step(x, h, *weights), waves(), zeros)
    else:
        pair = (zeros, zeros)
        by_hand = strips.record_steps(lambda x, hc: lstm_step(x, hc, *weights), waves(), pair)
    by_torch = strips.record(layer, waves())
    for name in ("inputs", "states", "outputs", "reach"):
        assert np.allclose(getattr(by_hand, name), getattr(by_torch, name), atol=1e-6), name


def test_a_read_out_and_a_target_are_kept() -> None:
    head, x = nn.Linear(2, 1), waves()
    target = torch.randn(3, STEPS, 1)
    strip = strips.record_steps(
        lambda now, state: torch.tanh(now + 0.5 * state), x, torch.zeros(3, 2), head, targets=target
    )
    assert strip.outputs.shape == (3, STEPS, 1)
    assert strip.targets == pytest.approx(target.numpy())


def test_packed_rows_stop_at_their_own_end() -> None:
    layer, lengths = nn.GRU(1, 4, batch_first=True), torch.tensor([5, STEPS, 2])

    def packed(x: Tensor) -> tuple:
        return layer(
            nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        )

    strip = strips.record(packed, waves())
    assert (strip.states[0, 6:] == 0).all()
    assert strip.states[0, 1:6].all()


def test_an_answer_at_the_end_stands_behind_the_last_step() -> None:
    layer = nn.GRU(1, 4, batch_first=True)
    strip = strips.record(lambda x: layer(x)[0][:, -1], waves())
    assert (strip.first, strip.outputs.shape) == (STEPS, (3, 4, 1))
    assert strips.record(layer, waves()).first == 0


def test_recording_changes_nothing_but_what_the_model_itself_keeps() -> None:
    model = SequenceModel(4)
    before = [one.clone() for one in model.parameters()]
    hooks = len(nn.modules.module._global_forward_hooks)
    strips.record(model, waves())
    with pytest.raises(ZeroDivisionError):
        strips.record(lambda x: 1 / 0, waves())
    assert len(nn.modules.module._global_forward_hooks) == hooks
    assert all(one.grad is None for one in model.parameters())
    assert all(map(torch.equal, before, model.parameters()))


# Each fault as a learner would write it, and the network without it.


class Keeps(nn.Module):
    def __init__(self, resets: bool = False) -> None:
        super().__init__()
        self.layer, self.readout = nn.GRU(1, 6, batch_first=True), nn.Linear(6, 1)
        self.resets, self.state = resets, None

    def forward(self, x: Tensor) -> Tensor:
        output, state = self.layer(x, self.state)
        self.state = None if self.resets else state.detach()
        return self.readout(output)


def mixed(batch_first: bool = False) -> nn.Module:
    return nn.Sequential(nn.GRU(1, 6, batch_first=batch_first))


def scrambled(right: bool = False):
    layer, readout = nn.GRU(1, 6), nn.Linear(6, 1)

    def model(x: Tensor) -> Tensor:
        output, _ = layer(x.transpose(0, 1))
        turned = output.transpose(0, 1) if right else output.view(len(x), x.shape[1], -1)
        return readout(turned)

    return model


def in_chunks(model: nn.Module, k: int, cut: bool = True):
    def run(x: Tensor) -> Tensor:
        state, outputs = None, []
        for chunk in x.split(k, dim=1):
            y, state = model(chunk, state)
            state = detach(state) if cut else state
            outputs.append(y)
        return torch.cat(outputs, 1)

    return run


def chunks_of_a_wave(shared: bool) -> Tensor:
    chunk = np.linspace(0, np.pi, 6, endpoint=shared)
    times = np.concatenate([chunk, chunk + np.pi])
    return torch.tensor(np.sin(times), dtype=torch.float32).reshape(1, -1, 1)


def test_a_kept_state_is_a_first_column_that_is_not_zero() -> None:
    for resets in (False, True):
        model = Keeps(resets)
        model(waves())
        strip = strips.record(model, waves())
        assert bool(strip.states[:, 0].any()) is not resets
        zeros = [text for text in strips.draw(strip).texts if text.get_text() == "0"]
        assert len(zeros) == (3 if resets else 0)


def test_mixed_rows_are_a_reach_into_other_rows() -> None:
    for batch_first in (False, True):
        strip = strips.record(mixed(batch_first), waves())
        assert bool(strip.reach[:2].any()) is not batch_first
        assert bool(strip.reach[2, :-1].any()) is batch_first
    # neighbours look alike: the flat row's states move, though its input doesn't
    moved = np.ptp(strips.record(mixed(), waves()).states[2, 1:], axis=0).max()
    assert moved > 0.05


def test_a_scrambling_view_braids_the_outputs() -> None:
    jumps = {}
    for right in (False, True):
        torch.manual_seed(0)
        strip = strips.record(scrambled(right), waves())
        jumps[right] = np.abs(np.diff(strip.outputs[2, STEPS // 2 :, 0])).max()
        assert np.abs(np.diff(strip.states[2, STEPS // 2 :], axis=0)).max() < 0.1
    assert jumps[False] > 5 * jumps[True]


def test_detach_cuts_the_reach_and_not_the_state() -> None:
    model = SequenceModel(6)
    cut = strips.record(in_chunks(model, 4), waves()[:1])
    whole = strips.record(in_chunks(model, 4, cut=False), waves()[:1])
    assert (cut.reach[0, :8] == 0).all()
    assert cut.reach[0, 8:].all()
    assert whole.reach.all()
    assert np.array_equal(cut.states, whole.states)
    hatched = [patch for patch in strips.draw(cut).patches if patch.get_hatch()]
    assert [(patch.get_x(), patch.get_width()) for patch in hatched] == [(-0.5, 8)]
    assert not [patch for patch in strips.draw(whole).patches if patch.get_hatch()]


def test_a_duplicated_sample_is_a_tread_twice_as_wide() -> None:
    for shared in (True, False):
        strip = strips.record(SequenceModel(4), chunks_of_a_wave(shared))
        (line, _) = [p for p in strips.draw(strip).patches if isinstance(p, StepPatch)]
        same = np.isclose(np.diff(line.get_data().values), 0, atol=1e-6)
        assert bool(same[5]) is shared


# The picture.


def test_the_state_before_has_an_outlined_column_of_its_own() -> None:
    ax = strips.draw(strips.record(SequenceModel(4), waves()[:1]))
    states, before, _ = ax.images
    assert states.get_extent()[:2] == [-0.5, STEPS - 0.5]
    left, right, low, high = before.get_extent()
    assert right < -0.5
    boxes = [patch for patch in ax.patches if isinstance(patch, Rectangle) and not patch.get_fill()]
    assert (left, low, right - left, high - low) in [
        pytest.approx((*box.get_xy(), box.get_width(), box.get_height())) for box in boxes
    ]
    assert (states.norm.vmin, states.norm.vmax) == (before.norm.vmin, before.norm.vmax)
    assert states.norm.vmin == -states.norm.vmax


def test_every_band_has_its_name_and_shares_the_steps() -> None:
    strip = strips.record(SequenceModel(4), waves())
    names = [label.get_text() for label in strips.draw(strip, rows=[0, 2]).get_yticklabels()]
    assert names == [f"row {row} {what}" for row in (0, 2) for what in strips.HEIGHTS]
    ax = strips.draw(strip, rows=[1], borders=(4, 8))
    assert [label.get_text() for label in ax.get_yticklabels()] == list(strips.HEIGHTS)
    assert [line.get_xdata()[0] for line in ax.lines] == [3.5, 7.5]


def test_the_ring_is_round_the_output_whose_reach_is_drawn() -> None:
    strip = strips.record(SequenceModel(4), waves(), row=1, at=5)
    (ring,) = strips.draw(strip).lines
    assert ring.get_xdata() == [5]
    assert not strips.draw(strip, rows=[0]).lines


def test_arrays_of_ones_own_make_a_strip() -> None:
    x, states, out = np.ones((6, 1)), np.zeros((7, 3)), np.ones((6, 2))
    strip = strips.from_arrays(x, states, out, targets=out)
    assert "reach" not in [label.get_text() for label in strips.draw(strip).get_yticklabels()]
    told = strips.from_arrays(x, states, out[:2], reach=np.arange(6.0))
    assert (told.first, told.at) == (6, (0, 1))
    strips.draw(told)


def test_many_inputs_are_shades_and_unknown_states_are_blank() -> None:
    strip = strips.record(nn.GRU(9, 4), torch.randn(2, 5, 9), torch.randn(1, 5, 4))
    assert np.isnan(strip.states[:, 0]).all()  # no row has a state of its own there
    ax = strips.draw(strip)
    assert len(ax.images) == 2 * 5
    assert not [text for text in ax.texts if text.get_text() == "0"]


@pytest.mark.parametrize(
    "eyes", ["most people", "protanopia", "deuteranopia", "tritanopia", "grey"]
)
def test_the_sign_of_a_state_survives(eyes: str) -> None:
    shades = [
        seen(to_hex(colormaps[strips.SIGNED](share)), eyes)[0] for share in np.linspace(0, 1, 21)
    ]
    assert (np.diff(shades) > 1).all()  # lighter and lighter, for everybody
    middle = seen(to_hex(colormaps[strips.SIGNED](0.5)), "most people")
    assert np.abs(middle[1:]).max() < 6  # zero is grey


def test_the_ground_is_white_in_a_dark_theme_too() -> None:
    figure = strips.draw(strips.record(SequenceModel(4), waves())).figure
    assert to_hex(figure.get_facecolor()) == "#ffffff"
    assert figure.get_facecolor()[3] == 1


# What doesn't fit.


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: strips.record(SequenceModel(2), torch.ones(3, 4)), "x must have shape"),
        (lambda: strips.record(SequenceModel(2), torch.ones(3, 4, 1).long()), "one-hot"),
        (lambda: strips.record(nn.Linear(1, 1), waves()), "none of torch's recurrent layers"),
        (lambda: strips.record(nn.GRU(1, 2), torch.full((3, 4, 1), torch.nan)), "must be finite"),
        (lambda: strips.record(nn.GRU(1, 2), waves(), at=STEPS), "at must be one of the 12"),
        (lambda: strips.record(nn.GRU(1, 2), waves(), row=-4), "row must be one of the 3"),
        (lambda: strips.record(lambda x: None, waves()), r"y or \(y, state\)"),
        (lambda: strips.record(lambda x: x[0], waves()), "the answer must have shape"),
        (lambda: strips.record(lambda x: nn.GRU(1, 2)(x[:, :3])[0], waves()), "x has"),
        (
            lambda: strips.record(SequenceModel(2), waves(), targets=torch.ones(2)),
            "targets must have the answer's shape",
        ),
    ],
)
def test_what_cannot_be_recorded_is_refused(call, said: str) -> None:
    with pytest.raises((ValueError, TypeError), match=said):
        call()


def test_what_cannot_be_drawn_is_refused() -> None:
    strip = strips.record(SequenceModel(2), torch.zeros(6, 4, 1))
    for rows in (None, [], [6], [0, 1, 2, 3, 4]):
        with pytest.raises(BadArgument, match="rows must be 1 to 4 of the 6 rows"):
            strips.draw(strip, rows=rows)
    with pytest.raises(BadArgument, match="inputs must be finite"):
        strips.draw(strip._replace(inputs=strip.inputs * np.nan), rows=[0])
    with pytest.raises(BadArgument, match="states must have shape"):
        strips.draw(strip._replace(states=strip.states[:, 1:]), rows=[0])
    with pytest.raises(BadArgument, match="reach must have shape"):
        strips.from_arrays(np.ones((4, 1)), np.ones((5, 2)), np.ones((4, 1)), reach=np.ones(3))


# On diagnose's cards.


def fault(report: diagnose.Report, name: str) -> Strip:
    (found,) = [one for one in report.faults if one.name == name]
    assert found.strip is not None
    return found.strip


def test_a_finding_carries_what_can_be_seen() -> None:
    x = torch.randn(5, 8, 1)
    report = diagnose.network(mixed(), x, task="forecast")
    assert fault(report, "rows_mixed").reach[:2].any()
    strip = fault(diagnose.network(Keeps(), x, task="forecast"), "state_kept")
    assert len(strip.inputs) == 1
    assert strip.states[:, 0].any()
    layer = nn.GRU(1, 4, batch_first=True, bidirectional=True)
    strip = fault(diagnose.network(layer, x, task="forecast"), "future_read")
    assert strip.at[1] == 4
    assert strip.reach[2, 5:].all()


def test_a_cut_gradient_and_a_repeated_sample_can_be_seen() -> None:
    model, x = SequenceModel(4), torch.randn(4, 8, 1)
    optimizer = torch.optim.SGD(model.parameters(), 0.01)

    def step(x: Tensor, y: Tensor) -> float:
        loss = nn.functional.mse_loss(in_chunks(model, 1)(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    strip = fault(diagnose.update(model, step, x, x.cumsum(1)), "gradient_cut")
    assert strip.reach[0, -1] > 0
    assert (strip.reach[0, :-1] == 0).all()
    series = torch.randn(73).numpy()
    chunks = np.stack([series[9 * i : 9 * i + 10] for i in range(8)])
    after = np.stack([series[9 * i + 1 : 9 * i + 11] for i in range(7)])
    report = diagnose.data(
        chunks[:7], after, series=series, horizon=1, per_step=True, stateful=True, batch_size=1
    )
    strip = fault(report, "sample_repeated")
    assert strip.borders == (10, 20)
    assert strip.inputs[0, 9] == strip.inputs[0, 10]
    names = [label.get_text() for label in strips.draw(strip).get_yticklabels()]
    assert names == ["input"]


def test_a_card_shows_its_strips_and_a_dict_holds_them_as_lists() -> None:
    report = diagnose.network(mixed(), torch.randn(3, 8, 1), task="forecast")
    card = report._repr_mimebundle_()["text/html"]
    shown = [one for one in report.faults if one.strip is not None]
    assert shown
    assert card.count("data:image/png") == len(shown)
    held = [one["strip"] for one in report.to_dict()["findings"] if one["strip"]]
    assert isinstance(held[0]["states"][0][0][0], float)
    well = diagnose.network(mixed(batch_first=True), torch.randn(3, 8, 1), task="forecast")
    assert all(one.strip is None for one in well.findings)


def test_a_fault_without_a_picture_is_a_fault_all_the_same() -> None:
    class Words(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table, self.layer = nn.Embedding(9, 3), nn.GRU(3, 4)

        def forward(self, x: Tensor) -> Tensor:
            return self.layer(self.table(x))[0]

    report = diagnose.network(Words(), torch.randint(9, (4, 7)), task="tag")
    (found,) = [one for one in report.faults if one.name == "rows_mixed"]
    assert found.strip is None


def test_a_card_without_matplotlib_has_no_picture() -> None:
    code = (
        "import sys\n"
        "for name in ('matplotlib', 'jaxtyping', 'beartype'): sys.modules[name] = None\n"
        "import torch\n"
        "from course_utils import diagnose\n"
        "report = diagnose.network(torch.nn.GRU(3, 4), torch.randn(4, 6, 3), task='forecast')\n"
        "card = report._repr_mimebundle_()['text/html']\n"
        "print(report.faults[0].strip is not None, 'data:image' in card)"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=settings.ROOT, check=False
    )
    assert out.returncode == 0, out.stderr
    assert out.stdout.strip() == "True False"
