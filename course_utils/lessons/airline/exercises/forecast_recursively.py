"""Exercise 5a.6: a recursive forecast that leaks no state."""

import torch
from torch import nn

from course_utils.checking import Case, Exercise, Rejected, wrong
from course_utils.recurrent import Forecaster


def forecast_recursively(model: nn.Module, window: torch.Tensor, horizon: int) -> torch.Tensor:
    """Forecast (batch, horizon) from a window (batch, steps, 1), a fresh state at each step."""
    known = window
    with torch.no_grad():
        for _ in range(horizon):
            y, _ = model(known[:, -window.shape[1] :])
            known = torch.cat([known, y.unsqueeze(-1)], dim=1)
    return known[:, window.shape[1] :, 0]


def fed_back(model, window, horizon, move):
    current, found = window, []
    with torch.no_grad():
        for _ in range(horizon):
            y, _ = model(current)
            found.append(y)
            current = move(current, y.unsqueeze(-1))
    return torch.cat(found, dim=1)


def at_the_end(current, y):
    return torch.cat([current[:, 1:], y], dim=1)


def by_moving_the_window(model, window, horizon):
    return fed_back(model, window, horizon, at_the_end)


@wrong(
    "The state of one call goes into the next, as in the published script. The window "
    "already holds the past; carried over, the state reads eleven of its values twice."
)
def state_leaks(model, window, horizon):
    known, state = window, None
    with torch.no_grad():
        for _ in range(horizon):
            y, state = model(known[:, -window.shape[1] :], state)
            known = torch.cat([known, y.unsqueeze(-1)], dim=1)
    return known[:, window.shape[1] :, 0]


@wrong("The window grows with each forecast. Keep its length: drop the oldest value.")
def window_grows(model, window, horizon):
    return fed_back(model, window, horizon, lambda current, y: torch.cat([current, y], dim=1))


@wrong(
    "The window never moves, so every step forecasts the same month. Put each forecast at "
    "the window's end."
)
def window_stands_still(model, window, horizon):
    return fed_back(model, window, horizon, lambda current, y: current)


@wrong("The known values were returned as well; wanted are the forecasts alone.")
def window_returned_as_well(model, window, horizon):
    return torch.cat([window[:, :, 0], fed_back(model, window, horizon, at_the_end)], dim=1)


@wrong(
    "The result was cut at `horizon`, not at the window's length. The published slice "
    "`[fut_pred:]` does so too; it is right only because 12 = 12."
)
def cut_at_the_horizon(model, window, horizon):
    forecast = fed_back(model, window, horizon, at_the_end)
    return torch.cat([window[:, :, 0], forecast], dim=1)[:, horizon:]


@wrong(
    "Each forecast is put at the window's front. Time runs to the right: it belongs at "
    "the end, and the first value is dropped."
)
def forecast_at_the_front(model, window, horizon):
    def at_the_front(current, y):
        return torch.cat([y, current[:, :-1]], dim=1)

    return fed_back(model, window, horizon, at_the_front)


@wrong("The newest known value is dropped for the forecast. Drop the oldest, the first.")
def newest_dropped(model, window, horizon):
    def in_place_of_the_newest(current, y):
        return torch.cat([current[:, :-1], y], dim=1)

    return fed_back(model, window, horizon, in_place_of_the_newest)


@wrong("The model returns a pair: `y, state = model(x)`.")
def pair_not_unpacked(model, window, horizon):
    return torch.cat([window, model(window).unsqueeze(-1)], dim=1)


def small_forecaster(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    model = Forecaster(hidden=5)
    with torch.no_grad():
        # Large weights: a state that leaks then shows far beyond rounding.
        for parameter in model.parameters():
            parameter.mul_(3)
    return model


def no_gradient(function):
    result = function(small_forecaster(3), torch.zeros(1, 4, 1), 2)
    if result.requires_grad:
        raise Rejected(
            "The forecast still carries its graph: put the loop under `torch.no_grad()`."
        )


RECURSIVE = Exercise(
    id="5a.6",
    title="A recursive forecast that leaks no state",
    difficulty=2,
    minutes=12,
    reference=forecast_recursively,
    also_right=(by_moving_the_window,),
    cases=lambda: (
        Case(small_forecaster(0), torch.linspace(-1, 1, 6).reshape(1, 6, 1), 4),
        Case(
            small_forecaster(1),
            torch.linspace(-1, 1, 8).reshape(2, 4, 1),
            7,
            label="two windows, a horizon longer than the window",
        ),
    ),
    misconceptions=(
        state_leaks,
        window_grows,
        window_stands_still,
        window_returned_as_well,
        cut_at_the_horizon,
        forecast_at_the_front,
        newest_dropped,
        pair_not_unpacked,
    ),
    properties=(no_gradient,),
    hints=(
        "Call `model(x)` without a state: it then starts at zero, each time.",
        "`torch.cat([known, y.unsqueeze(-1)], dim=1)` puts a forecast (batch, 1) at the end. Then "
        "look at the last `window.shape[1]` values only.",
    ),
    returns=("forecast",),
)
