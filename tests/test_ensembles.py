"""Many seeds: the loop and the stack agree, interruption, summaries."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from course_utils import ensembles, training
from course_utils.ensembles import Ensemble, Way, faster_way, summarise, train_seeds
from course_utils.recurrent import Forecaster
from course_utils.reproducibility import seed_everything
from course_utils.training import adam, fit_windows

ways = pytest.mark.parametrize("way", ["loop", "stacked"])


@pytest.fixture
def windows() -> tuple[Tensor, Tensor]:
    torch.manual_seed(9)
    return torch.randn(10, 6, 1), torch.randn(10, 1)


def train(windows: tuple[Tensor, Tensor], cell: str = "GRU", **choice: Any) -> Ensemble:
    settings: dict[str, Any] = {"seeds": (3, 1, 2), "epochs": 2, "optimizer": adam(0.01)}
    return train_seeds(partial(Forecaster, 5, cell=cell), *windows, **{**settings, **choice})


def sgd(parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters, lr=1.0)


def numbers(model: nn.Module) -> Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


# ------------------------------------------------------- two ways, one result


# torch warns that a stack cannot use the LSTM's fused kernel: slower, and right all the same.
@pytest.mark.filterwarnings("ignore:There is a performance drop")
@pytest.mark.parametrize("cell", ["RNN", "GRU", "LSTM"])
def test_both_ways_take_the_same_gradients(windows: tuple[Tensor, Tensor], cell: str) -> None:
    """One step of plain gradient descent at rate 1 changes the weights by the gradient."""
    loop, stacked = (
        train(windows, cell, epochs=1, optimizer=sgd, way=way) for way in ("loop", "stacked")
    )
    assert (loop.way, stacked.way) == ("loop", "stacked")
    for one, other, seed in zip(loop.models, stacked.models, loop.seeds, strict=True):
        seed_everything(seed)
        start = numbers(Forecaster(5, cell=cell))
        assert (numbers(one) - start).abs().max() > 1e-2
        torch.testing.assert_close(numbers(one), numbers(other), atol=1e-6, rtol=0)


@pytest.mark.parametrize("cell", ["RNN", "GRU"])
@pytest.mark.parametrize("batch_size", [None, 3])
def test_both_ways_agree_over_twenty_updates(
    windows: tuple[Tensor, Tensor], cell: str, batch_size: int | None
) -> None:
    epochs = 20 if batch_size is None else 5
    loop, stacked = (
        train(windows, cell, epochs=epochs, batch_size=batch_size, way=way)
        for way in ("loop", "stacked")
    )
    assert loop.losses.shape == stacked.losses.shape == (3, 20)
    np.testing.assert_allclose(loop.losses, stacked.losses, atol=1e-5, rtol=0)
    passes = loop.losses.reshape(3, epochs, -1).mean(axis=2)
    assert (passes[:, -1] < passes[:, 0]).all(), "it must have learnt"
    for one, other in zip(loop.models, stacked.models, strict=True):
        y, y_other = one(windows[0])[0], other(windows[0])[0]
        torch.testing.assert_close(y, y_other, atol=1e-4, rtol=0)


@ways
def test_a_member_is_what_its_seed_gives_alone(windows: tuple[Tensor, Tensor], way: Way) -> None:
    together = train(windows, batch_size=4, way=way)
    for place, seed in enumerate(together.seeds):
        seed_everything(seed)
        model = Forecaster(5)
        history = fit_windows(model, *windows, epochs=2, optimizer=adam(0.01), batch_size=4)
        tolerance = 0 if way == "loop" else 1e-5
        np.testing.assert_allclose(together.losses[place], history.losses, rtol=0, atol=tolerance)
        member = numbers(together.models[place])
        torch.testing.assert_close(member, numbers(model), rtol=0, atol=10 * tolerance)


@ways
def test_the_members_are_ordinary_networks(windows: tuple[Tensor, Tensor], way: Way) -> None:
    ensemble = train(windows, way=way)
    assert ensemble.seeds == (3, 1, 2)
    assert not ensemble.interrupted
    assert len({tuple(numbers(model).tolist()) for model in ensemble.models}) == 3
    for model in ensemble.models:
        # It can be trained further, by itself.
        history = fit_windows(model, *windows, epochs=1, optimizer=adam(0.01))
        assert history.losses[0] < ensemble.losses.max()


# ------------------------------------------------------------- which way


@pytest.mark.parametrize(
    ("cell", "hidden", "seeds", "batch", "way"),
    [
        ("GRU", 100, 32, 1, "stacked"),
        ("RNN", 8, 4, 120, "stacked"),
        ("GRU", 8, 3, 1, "loop"),
        ("LSTM", 8, 32, 1, "loop"),
        ("GRU", 100, 32, 120, "loop"),
    ],
)
def test_the_faster_way(cell: str, hidden: int, seeds: int, batch: int, way: str) -> None:
    assert faster_way(Forecaster(hidden, cell=cell), seeds, batch) == way


@pytest.mark.parametrize("cell", ["GRU", "LSTM"])
@pytest.mark.parametrize("seeds", [range(2), range(4)])
def test_auto_takes_the_faster_way(windows: tuple[Tensor, Tensor], cell: str, seeds: range) -> None:
    ensemble = train(windows, cell, seeds=seeds)
    assert ensemble.way == faster_way(Forecaster(5, cell=cell), len(seeds), 10)


# ---------------------------------------------------------- interruption


def interrupt_after(updates: int) -> Callable[..., Iterator[Any]]:
    """Make a `show_progress` at which somebody presses Interrupt after so many updates in all."""
    left = [updates]

    def go_through(items: Iterable[Any], what: str) -> Iterator[Any]:
        for item in items:
            if left[0] == 0:
                raise KeyboardInterrupt
            left[0] -= 1
            yield item

    return go_through


@pytest.mark.parametrize("after", [2, 6, 11])
def test_an_interrupted_loop_keeps_what_it_has(
    windows: tuple[Tensor, Tensor], monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr(training, "show_progress", interrupt_after(after))
    ensemble = train(windows, epochs=4, way="loop")
    assert ensemble.interrupted
    assert ensemble.losses.shape == (3, 4)
    counts = np.isfinite(ensemble.losses).sum(axis=1).tolist()
    assert counts == [min(4, max(0, after - 4 * place)) for place in range(3)]
    monkeypatch.undo()
    for count, seed, model in zip(counts, ensemble.seeds, ensemble.models, strict=True):
        seed_everything(seed)
        wanted = Forecaster(5)
        if count:
            fit_windows(wanted, *windows, epochs=count, optimizer=adam(0.01))
        assert torch.equal(numbers(model), numbers(wanted))


def test_a_stack_that_is_interrupted_at_once_is_as_it_was(
    windows: tuple[Tensor, Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Update(torch.optim.SGD):
        def step(self, closure: Any = None) -> None:
            raise KeyboardInterrupt

    ensemble = train(windows, epochs=4, way="stacked", optimizer=partial(Update, lr=0.1))
    assert ensemble.interrupted
    assert ensemble.losses.shape == (3, 4)
    assert np.isnan(ensemble.losses).all()
    for seed, model in zip(ensemble.seeds, ensemble.models, strict=True):
        seed_everything(seed)
        assert torch.equal(numbers(model), numbers(Forecaster(5)))


def test_an_interrupted_stack_keeps_what_it_has(
    windows: tuple[Tensor, Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ensembles, "show_progress", interrupt_after(3))
    ensemble = train(windows, epochs=9, way="stacked")
    assert ensemble.interrupted
    assert ensemble.losses.shape == (3, 9)
    assert np.isfinite(ensemble.losses).sum(axis=1).tolist() == [3, 3, 3]
    monkeypatch.undo()
    whole = train(windows, epochs=3, way="stacked")
    assert np.array_equal(ensemble.losses[:, :3], whole.losses)
    for one, other in zip(ensemble.models, whole.models, strict=True):
        assert torch.equal(numbers(one), numbers(other))


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize("seeds", [(), (1, 2, 1)])
def test_seeds_must_be_some_and_different(
    windows: tuple[Tensor, Tensor], seeds: tuple[int, ...]
) -> None:
    with pytest.raises(
        ValueError,
        match=r"seeds must be whole numbers, .*got",
    ):
        train(windows, seeds=seeds)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"seeds": (1, -1)},
            r"seeds must be whole numbers, .*got -1 among them",
        ),
        ({"way": "quick"}, "way must be one of 'auto', 'loop', 'stacked', got 'quick'"),
        ({"epochs": 0}, "epochs must be a whole number, at least 1, got 0"),
        ({"batch_size": 0}, "batch_size must be a whole number, at least 1, or None, got 0"),
    ],
)
def test_what_does_not_fit_is_refused(
    windows: tuple[Tensor, Tensor], wrong: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        train(windows, **wrong)
    with pytest.raises(ValueError, match="inputs must be a float tensor"):
        train((windows[0][..., 0], windows[1]))


# --------------------------------------------------------------- summary


def test_a_summary_is_the_median_and_the_range() -> None:
    summary = summarise(value for value in (4.0, 1.0, 3.0, 100.0))
    assert summary == ensembles.Summary(median=3.5, low=1.0, high=100.0, count=4)
    assert str(summary) == "3.5 [1, 100]"
    assert summarise([2]).median == 2
    assert summarise([1.0, float("inf"), 2.0]).high == float("inf")


def test_a_diverged_seed_is_not_hidden() -> None:
    with pytest.raises(ValueError, match="values must not be NaN, got 2 of them"):
        summarise([1.0, float("nan"), float("nan")])


def test_nothing_has_no_summary() -> None:
    with pytest.raises(ValueError, match=r"values must hold at least one number, got shape \(0,\)"):
        summarise([])
