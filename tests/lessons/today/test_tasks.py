"""Lesson 08's tasks: what goes in, what is wanted, and that training is judged as it says."""

import pytest
import torch
from torch import nn

from course_utils.lessons.today import explore_gate, tasks


def test_parity_counts_the_ones_so_far() -> None:
    x, odd = tasks.parity(50, 20, torch.Generator().manual_seed(0))
    assert set(x.unique().tolist()) == {0.0, 1.0}
    state = torch.zeros(50, 1)
    for step in range(20):
        state = (state + x[:, step]) % 2
        assert torch.equal(odd[:, step], state)


def test_a_cue_comes_first_and_nothing_after_it() -> None:
    x, which = tasks.cue(9)
    assert torch.equal(x[:, 0], which)
    assert sorted(which[:, 0].tolist()) == [-1, 1]
    assert (x[:, 1:] == 0).all()


def test_the_series_is_standardised_by_what_trains_and_judged_on_what_comes_after() -> None:
    part = tasks.series(3)
    assert part.inputs.shape == (tasks.POINTS - 133, 50, 1)
    assert part.asked.shape == (tasks.TEST - 83, 50, 1)
    values = torch.cat([part.inputs[:, 0, 0], part.inputs[-1, 1:, 0], part.targets[-1]])
    assert len(values) == tasks.POINTS
    assert abs(values.mean()) < 1e-5
    assert values.std(unbiased=False).item() == pytest.approx(1, abs=1e-4)
    # The first forecast begins right behind the training part, whose last values it reads.
    assert torch.equal(part.asked[0, :, 0], values[-50:])
    assert torch.equal(part.truth[:50, 0], part.asked[1:51, -1, 0])


class Perfect(nn.Module):
    """Knows the parity at every step, and is right in a share of the rows."""

    def __init__(self, right: float) -> None:
        super().__init__()
        self.right = right

    def forward(self, x, state=None):
        answer = 2 * (x.cumsum(dim=1) % 2) - 1
        answer[int(self.right * len(x)) :] *= -1
        return answer, state


@pytest.mark.parametrize("right", [0.0, 0.25, 1.0])
def test_hits_are_the_share_of_right_rows(right: float) -> None:
    assert tasks.parity_hits(Perfect(right)) == pytest.approx(dict.fromkeys(tasks.LENGTHS, right))


def test_a_short_training_learns_something() -> None:
    _, losses = tasks.train_on_parity("LSTM", updates=60, rate=0.03)
    assert len(losses) == 60
    assert losses[0] == pytest.approx(0.69, abs=0.02)  # a coin: log 2
    assert losses[-1] < 0.65


def test_the_explorer_multiplies_gate_by_gate() -> None:
    states = explore_gate.states_of(0.9, -0.5)
    bits = explore_gate._bits()
    wanted = 0.9 ** (bits == 0).sum(axis=1) * (-0.5) ** (bits == 1).sum(axis=1)
    assert states[:, -1] == pytest.approx(wanted)
    assert (states[:, 0] == 1).all()


@pytest.mark.parametrize(
    ("at_zero", "at_one", "known"), [(1.0, -1.0, 1.0), (1.0, 1.0, 0.5), (0.95, -0.95, 0.5)]
)
def test_the_explorer_says_how_many_rows_are_known(
    at_zero: float, at_one: float, known: float
) -> None:
    share = explore_gate.rows_known(explore_gate.states_of(at_zero, at_one))
    assert share == pytest.approx(known, abs=0.05)
