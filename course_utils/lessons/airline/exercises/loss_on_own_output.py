"""Exercise 5b.5: train on what the network itself says."""

import torch
from torch import Tensor, nn

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.airline.exercises.forecast_recursively import small_forecaster


def loss_on_own_output(model: nn.Module, window: Tensor, future: Tensor) -> Tensor:
    """Mean squared error for future (batch, horizon) of a forecast that is fed back by steps."""
    known = window
    for _ in range(future.shape[1]):
        y, _ = model(known[:, -window.shape[1] :])
        known = torch.cat([known, y.unsqueeze(-1)], dim=1)
    return nn.functional.mse_loss(known[:, window.shape[1] :, 0], future)


def rolled_out(model, window, future, move):
    """Forecast step after step; move says what the next window is: (window, y, what was true)."""
    current, said = window, []
    for step in range(future.shape[1]):
        y, _ = model(current)
        said.append(y)
        current = move(current, y.unsqueeze(-1), future[:, step, None, None])
    return torch.cat(said, dim=1)


def own(current, y, true):
    return torch.cat([current[:, 1:], y], dim=1)


def step_by_step(model, window, future):
    said = rolled_out(model, window, future, own)
    return ((said - future) ** 2).sum() / future.numel()


@wrong(
    "This feeds back the truth: every window holds what really happened, as in ordinary "
    "training. Put the network's own `y` at the end."
)
def truth_fed_back(model, window, future):
    def truth(current, y, true):
        return torch.cat([current[:, 1:], true], dim=1)

    return nn.functional.mse_loss(rolled_out(model, window, future, truth), future)


@wrong(
    "The forecast is cut from its history (detach) before it's fed back, so the error of a "
    "later month can't reach the step that caused it. Feed back `y` as it is."
)
def cut_between_steps(model, window, future):
    def detached(current, y, true):
        return torch.cat([current[:, 1:], y.detach()], dim=1)

    return nn.functional.mse_loss(rolled_out(model, window, future, detached), future)


@wrong(
    "Nothing can be learnt from this loss, because it was computed under no_grad. That's "
    "right for a forecast but not for training."
)
def without_a_gradient(model, window, future):
    with torch.no_grad():
        return step_by_step(model, window, future)


@wrong("Only the last step is judged. The loss is the mean over all steps of `future`.")
def last_step_alone(model, window, future):
    said = rolled_out(model, window, future, own)
    return nn.functional.mse_loss(said[:, -1], future[:, -1])


@wrong("Only the first step is judged, and nothing has been fed back by then. Judge all of them.")
def first_step_alone(model, window, future):
    said = rolled_out(model, window, future, own)
    return nn.functional.mse_loss(said[:, 0], future[:, 0])


@wrong("These are summed squares. Take their mean, over all rows and steps.")
def summed(model, window, future):
    return ((rolled_out(model, window, future, own) - future) ** 2).sum()


@wrong(
    "The window never moves, so every step is the same forecast. Put `y` at the end of the window."
)
def window_stands_still(model, window, future):
    said = rolled_out(model, window, future, lambda current, y, true: current)
    return nn.functional.mse_loss(said, future)


@wrong(
    "The state of one call goes into the next. The window already holds the past, so call the "
    "model without a state."
)
def state_carried(model, window, future):
    known, state = window, None
    for _ in range(future.shape[1]):
        y, state = model(known[:, -window.shape[1] :], state)
        known = torch.cat([known, y.unsqueeze(-1)], dim=1)
    return nn.functional.mse_loss(known[:, window.shape[1] :, 0], future)


def _cases() -> tuple[Case, ...]:
    draw = Draw("readable")
    return (
        Case(
            small_forecaster(draw, 3),
            torch.linspace(-1, 1, 8).reshape(2, 4, 1),
            draw.tensor(2, 3, kind="normal"),
            label="two windows of four, three steps ahead",
        ),
        Case(
            small_forecaster(draw, 2),
            torch.linspace(-1, 1, 3).reshape(1, 3, 1),
            draw.tensor(1, 5, kind="normal"),
            label="a horizon longer than the window",
        ),
    )


def _space(draw: Draw) -> Case:
    model = small_forecaster(draw, draw.one_of("hidden", (1, 2, 4)))
    batch, horizon = draw.size("batch"), draw.one_of("horizon", (2, 3, 4, 1, 6, 2))
    window = draw.tensor(batch, draw.size("steps"), 1, kind="normal")
    return Case(model, window, draw.tensor(batch, horizon, kind="normal"))


OWN_OUTPUT = Exercise(
    id="5b.5",
    title="Train on what the network itself says",
    difficulty=2,
    minutes=8,
    reference=loss_on_own_output,
    also_right=(step_by_step,),
    cases=_cases,
    space=_space,
    misconceptions=(
        truth_fed_back,
        cut_between_steps,
        without_a_gradient,
        last_step_alone,
        first_step_alone,
        summed,
        window_stands_still,
        state_carried,
    ),
    hints=(
        "It's your recursive forecast from exercise 5a.6, without `torch.no_grad()` and with "
        "a loss at the end.",
        "Take `future.shape[1]` steps; each time, `torch.cat` puts `y.unsqueeze(-1)` at the "
        "end. Then `nn.functional.mse_loss(forecast, future)`.",
    ),
    returns=("loss",),
    rtol=1e-4,  # each step goes on from the rounding of the one before
    atol=1e-5,
)
