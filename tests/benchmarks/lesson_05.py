"""What lessons 05a and 05b and the helpers that they teach claim about speed."""

import warnings
from functools import partial

import torch
from torch import nn

from course_utils.ensembles import Way, faster_way, train_seeds
from course_utils.lessons.airline.forecaster import final_network
from course_utils.lessons.airline.published import published_windows
from course_utils.recurrent import CELLS, Forecaster
from course_utils.reproducibility import seed_everything
from course_utils.series import load_airline
from course_utils.studies import load
from course_utils.training import adam, fit_windows
from tests.benchmarks.frame import Action, Bound, Ratio, Row

SEEDS = range(32)
# (hidden, batch) -> updates per run. Few where an update is dear: a whole bench stays in minutes.
SIZES = {(6, 1): 30, (8, 50): 20, (16, 109): 10, (32, 109): 6, (100, 1): 8, (100, 120): 3}


def rows() -> list[Row]:
    """List all rows, the cheap ones first."""
    ensembles = [
        ensemble(cell, hidden, batch, updates)
        for (hidden, batch), updates in SIZES.items()
        for cell in CELLS
    ]
    return [final_forecaster(), full_batch(), cells(1, 200), cells(120, 40), *ensembles]


def final_forecaster() -> Row:
    past = load_airline().to_numpy()[:132]

    def forecast(number: int) -> None:
        final_network(SEEDS)(past, 12)

    return Row(
        "final-forecaster",
        "32 seeds of the final forecaster, trained on 132 months.",
        (Action("32 seeds", forecast, wanted=Bound("≤", 6)),),
    )


def ensemble(cell: str, hidden: int, batch: int, updates: int) -> Row:
    make_model = partial(Forecaster, hidden, cell=cell)
    torch.manual_seed(0)
    inputs, targets = torch.randn(batch, 12, 1), torch.randn(batch, 1)

    def loop(number: int) -> None:
        for seed in SEEDS:
            seed_everything(seed)
            fit_windows(make_model(), inputs, targets, epochs=updates, optimizer=adam(0.01))

    train = partial(
        train_seeds, make_model, inputs, targets, seeds=SEEDS, epochs=updates, optimizer=adam(0.01)
    )

    def helper(way: Way, number: int) -> None:
        with warnings.catch_warnings():
            # torch warns that a stacked LSTM is slow. How slow is what the row shows.
            warnings.filterwarnings("ignore", message="There is a performance drop")
            train(way=way)

    auto = f"auto ({faster_way(make_model(), len(SEEDS), batch)})"
    ratios = [Ratio(auto, "loop", Bound("≤", 1.1)), Ratio("loop", "stacked")]
    if (hidden, batch) == (6, 1) and cell != "LSTM":
        ratios.append(Ratio("loop", auto, Bound("≥", 4)))
    return Row(
        f"ensembles-{cell}-{hidden}-{batch}",
        f"32 seeds of {cell}, hidden {hidden}, batch {batch}, {updates} updates each.",
        (
            Action("loop", loop),
            Action("stacked", partial(helper, "stacked")),
            Action(auto, partial(helper, "auto")),
        ),
        tuple(ratios),
    )


def full_batch() -> Row:
    """Race the published scheme, one window at a time, against all windows at once.

    Each round is one seed, with the same initial weights on both sides. The
    error to reach is what the published scheme ended with: the mean loss of
    its last epoch, from the stored study.
    """
    _, inputs, targets, _ = published_windows()
    goals = load("airline-published")["last_epoch_loss"].tolist()[:5]
    slice_epochs, published_epochs = 3, 300

    def fresh(number: int) -> tuple[nn.Module, float]:
        seed = number % len(goals)
        seed_everything(seed)
        return Forecaster(100), goals[seed]

    def one_window(number: int) -> None:
        model, _ = fresh(number)
        fit_windows(
            model, inputs, targets, epochs=slice_epochs, optimizer=adam(0.001), batch_size=1
        )

    def all_windows(number: int) -> None:
        model, goal = fresh(number)
        update = adam(0.01)(model.parameters())
        for _ in range(5000):
            update.zero_grad()
            y, _ = model(inputs)
            loss = nn.functional.mse_loss(y, targets)
            if loss.item() <= goal:
                return
            loss.backward()
            update.step()
        raise RuntimeError(f"full batch must reach a loss of {goal}, got {loss.item()}")

    slow = "one at a time, extrapolated"
    return Row(
        "full-batch",
        "The published network to the published training error, seeds 0 to 4 in turn: "
        f"one window at a time ({slice_epochs} of {published_epochs} epochs timed), "
        "and all 120 at once.",
        (
            Action(slow, one_window, scale=published_epochs / slice_epochs),
            Action("full batch", all_windows),
        ),
        (Ratio(slow, "full batch", Bound("≥", 20)),),
    )


def cells(batch: int, updates: int) -> Row:
    torch.manual_seed(0)
    inputs, targets = torch.randn(batch, 12, 1), torch.randn(batch, 1)

    def train(cell: str, number: int) -> None:
        seed_everything(0)
        model = Forecaster(100, cell=cell)
        fit_windows(model, inputs, targets, epochs=updates, optimizer=adam(0.001))

    return Row(
        f"cells-{batch}",
        f"One update of each cell at hidden 100, batch {batch}: does the GRU train faster?",
        tuple(Action(cell, partial(train, cell), scale=1 / updates) for cell in CELLS),
        (Ratio("GRU", "LSTM"), Ratio("GRU", "RNN")),
    )
