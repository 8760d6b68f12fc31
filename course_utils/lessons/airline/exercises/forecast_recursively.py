"""Exercise 5a.6: a recursive forecast that leaks no state."""

import torch
from torch import nn

from course_utils.checking import Case, Draw, Exercise, wrong
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
    "The state of one call goes into the next, as in the published script. The window already "
    "holds the past, so with a carried state the network reads eleven values twice."
)
def state_leaks(model, window, horizon):
    known, state = window, None
    with torch.no_grad():
        for _ in range(horizon):
            y, state = model(known[:, -window.shape[1] :], state)
            known = torch.cat([known, y.unsqueeze(-1)], dim=1)
    return known[:, window.shape[1] :, 0]


@wrong(
    "The network reads more than the window: either the window grows with each forecast, or a "
    "state is carried on that has read the rest. Drop the oldest value, and call the model "
    "without a state."
)
def window_grows(model, window, horizon):
    return fed_back(model, window, horizon, lambda current, y: torch.cat([current, y], dim=1))


@wrong(
    "The window never moves, so every step forecasts the same month. Put each forecast at the "
    "end of the window."
)
def window_stands_still(model, window, horizon):
    return fed_back(model, window, horizon, lambda current, y: current)


@wrong("The known values are returned as well. Return the forecasts alone.")
def window_returned_as_well(model, window, horizon):
    return torch.cat([window[:, :, 0], fed_back(model, window, horizon, at_the_end)], dim=1)


@wrong(
    "The result was cut at `horizon` instead of the window's length. The published slice "
    "`[fut_pred:]` does that too, and works only because both are 12."
)
def cut_at_the_horizon(model, window, horizon):
    forecast = fed_back(model, window, horizon, at_the_end)
    return torch.cat([window[:, :, 0], forecast], dim=1)[:, horizon:]


@wrong(
    "Each forecast is put at the front of the window. Time runs to the right, so it belongs "
    "at the end, and the first value is dropped."
)
def forecast_at_the_front(model, window, horizon):
    def at_the_front(current, y):
        return torch.cat([y, current[:, :-1]], dim=1)

    return fed_back(model, window, horizon, at_the_front)


@wrong(
    "The newest known value is dropped to make room for the forecast. Drop the oldest one, "
    "the first."
)
def newest_dropped(model, window, horizon):
    def in_place_of_the_newest(current, y):
        return torch.cat([current[:, :-1], y], dim=1)

    return fed_back(model, window, horizon, in_place_of_the_newest)


@wrong("The model returns a pair: `y, state = model(x)`.")
def pair_not_unpacked(model, window, horizon):
    return torch.cat([window, model(window).unsqueeze(-1)], dim=1)


@torch.no_grad()
def small_forecaster(draw: Draw, hidden: int = 5) -> nn.Module:
    model = Forecaster(hidden)
    for parameter in model.parameters():
        # Large weights: a state that leaks then shows far beyond rounding.
        parameter.copy_(draw.tensor(*parameter.shape, kind="normal"))
    return model


def _cases() -> tuple[Case, ...]:
    draw = Draw("readable")
    return (
        Case(small_forecaster(draw), torch.linspace(-1, 1, 6).reshape(1, 6, 1), 4),
        Case(
            small_forecaster(draw),
            torch.linspace(-1, 1, 8).reshape(2, 4, 1),
            7,
            label="two windows, a horizon longer than the window",
        ),
    )


def _space(draw: Draw) -> Case:
    model = small_forecaster(draw, draw.one_of("hidden", (1, 3, 5)))
    model.train(draw.one_of("mode", (True, False)))
    window = draw.tensor(draw.size("batch"), draw.size("steps"), 1)
    return Case(model, window, draw.one_of("horizon", (1, 2, 3, 4, 9)))


RECURSIVE = Exercise(
    id="5a.6",
    title="A recursive forecast that leaks no state",
    difficulty=2,
    minutes=12,
    reference=forecast_recursively,
    also_right=(by_moving_the_window,),
    cases=_cases,
    space=_space,
    without_gradient=True,
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
    hints=(
        "Call `model(x)` without a state, so that it starts at zero each time.",
        "`torch.cat([known, y.unsqueeze(-1)], dim=1)` puts a forecast (batch, 1) at the end. "
        "Then hand the model only the last `window.shape[1]` values.",
    ),
    returns=("forecast",),
    rtol=1e-4,  # each step goes on from the rounding of the one before
    atol=1e-5,
)
