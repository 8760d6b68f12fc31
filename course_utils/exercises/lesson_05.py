"""The exercises of lesson 05: airline passengers with a GRU."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from course_utils.exercises.definitions import Case, Exercise, Misconception

# ------------------------------------------------------------ 5.1 scaling


def scale(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Map train (n,) to [−1, 1], and test (m,) by the same rule."""
    low, high = train.min(), train.max()
    return 2 * (train - low) / (high - low) - 1, 2 * (test - low) / (high - low) - 1


def _scale_by_interpolation(train: np.ndarray, test: np.ndarray) -> tuple:
    middle, half = (train.max() + train.min()) / 2, np.ptp(train) / 2
    return (train - middle) / half, (test - middle) / half


def _to_range(values: np.ndarray, low: float, high: float) -> np.ndarray:
    return 2 * (values - low) / (high - low) - 1


SCALE = Exercise(
    id="5.1",
    title="Scale without looking ahead",
    difficulty=1,
    minutes=8,
    reference=scale,
    also_right=(_scale_by_interpolation,),
    cases=lambda: (
        Case(np.array([10.0, 20.0, 30.0]), np.array([40.0, 5.0]), label="a test part out of range"),
        Case(np.array([5.0, 1.0, 2.0, 4.0]), np.array([7.0, 3.0, 9.0])),
    ),
    misconceptions=(
        Misconception(
            "fitted on all data",
            "The range was taken from all the data: the test part has leaked into training. "
            "Take smallest and largest from the training part alone.",
            lambda a, b: (
                _to_range(a, min(a.min(), b.min()), max(a.max(), b.max())),
                _to_range(b, min(a.min(), b.min()), max(a.max(), b.max())),
            ),
        ),
        Misconception(
            "each part by itself",
            "The test part was scaled by its own range, so 40 means one thing in training and "
            "another in the test. Use the training part's range for both.",
            lambda a, b: (_to_range(a, a.min(), a.max()), _to_range(b, b.min(), b.max())),
        ),
        Misconception(
            "zero to one",
            "This maps to [0, 1]; wanted [-1, 1].",
            lambda a, b: (
                (a - a.min()) / (a.max() - a.min()),
                (b - a.min()) / (a.max() - a.min()),
            ),
        ),
        Misconception(
            "clipped",
            "The test part was clipped to [-1, 1]. Later values may leave the range; cutting them "
            "off throws the growth away.",
            lambda a, b: (
                _to_range(a, a.min(), a.max()),
                np.clip(_to_range(b, a.min(), a.max()), -1, 1),
            ),
        ),
        Misconception(
            "standardised",
            "This takes off the mean and divides by the standard deviation; wanted smallest to -1 "
            "and largest to 1.",
            lambda a, b: ((a - a.mean()) / a.std(), (b - a.mean()) / a.std()),
        ),
    ),
    hints=(
        "Two numbers decide everything: the smallest and the largest of the training part.",
        "First to [0, 1] by `(x - low) / (high - low)`, then times 2, minus 1.",
    ),
    returns=("scaled train", "scaled test"),
)

# ------------------------------------------------------------ 5.2 windows


def create_inout_sequences(input_data: np.ndarray, tw: int) -> tuple[np.ndarray, np.ndarray]:
    """Cut values of shape (n,) into windows (n − tw, tw) and labels (n − tw, 1)."""
    starts = range(len(input_data) - tw)
    windows = np.stack([input_data[i : i + tw] for i in starts])
    labels = np.stack([input_data[i + tw : i + tw + 1] for i in starts])
    return windows, labels


def _windows_by_index(input_data: np.ndarray, tw: int) -> tuple[np.ndarray, np.ndarray]:
    places = np.arange(len(input_data) - tw)[:, None]
    return input_data[places + np.arange(tw)], input_data[places + tw]


def _windows(values: np.ndarray, starts: range, tw: int, label: int) -> tuple:
    return (
        np.stack([values[i : i + tw] for i in starts]),
        np.stack([values[i + label : i + label + 1] for i in starts]),
    )


WINDOWS = Exercise(
    id="5.2",
    title="Cut a series into windows",
    difficulty=1,
    minutes=8,
    reference=create_inout_sequences,
    also_right=(_windows_by_index,),
    cases=lambda: (
        Case(np.arange(10.0, 26.0), 3, label="sixteen values, windows of three"),
        Case(np.sin(np.arange(15.0)), 2),
    ),
    misconceptions=(
        Misconception(
            "last window lost",
            "The last window is missing: range(n - tw) already stops in time, so take no 1 off.",
            lambda v, tw: _windows(v, range(len(v) - tw - 1), tw, tw),
        ),
        Misconception(
            "label inside the window",
            "The label is the last value of the window itself: the network could simply copy it. "
            "The label comes right after the window.",
            lambda v, tw: _windows(v, range(len(v) - tw), tw, tw - 1),
        ),
        Misconception(
            "label one step too far",
            "The label lies two steps after the window: one value is skipped.",
            lambda v, tw: _windows(v, range(len(v) - tw - 1), tw, tw + 1),
        ),
        Misconception(
            "windows do not overlap",
            "The windows follow each other without overlap. Each starts one step after the last.",
            lambda v, tw: _windows(v, range(0, len(v) - tw, tw), tw, tw),
        ),
        Misconception(
            "flat labels",
            "The labels lost their axis: (n,) against predictions of (n, 1) broadcasts to n × n "
            "differences in the loss. Keep (n, 1).",
            lambda v, tw: (_windows_by_index(v, tw)[0], _windows_by_index(v, tw)[1][:, 0]),
        ),
        Misconception(
            "tw + 1 windows",
            "These are tw + 1 windows, as the published comment says. It counts the numbers in one "
            "window and its label; there are n - tw windows.",
            lambda v, tw: _windows(v, range(tw + 1), tw, tw),
        ),
        Misconception(
            "always twelve",
            "The windows hold 12 values, whatever `tw` says.",
            lambda v, tw: _windows(v, range(len(v) - 12), 12, 12),
        ),
        Misconception(
            "list of pairs",
            "This is a list of pairs, as the tutorial returns it. Wanted are two arrays: all "
            "windows, and all labels.",
            lambda v, tw: [(v[i : i + tw], v[i + tw : i + tw + 1]) for i in range(len(v) - tw)],
        ),
        Misconception(
            "runs past the end",
            "The last windows run past the end and are cut short. Start only where `tw` values "
            "and a label are left: range(n - tw).",
            lambda v, tw: (
                np.array([v[i : i + tw] for i in range(len(v))]),
                np.array([v[i + tw : i + tw + 1] for i in range(len(v))]),
            ),
        ),
    ),
    hints=(
        "How many windows of 3 fit into 7 values, if each needs one more value as its label?",
        "Window `i` is `input_data[i : i + tw]`; a slice of length 1 keeps the label's axis.",
    ),
    returns=("windows", "labels"),
)

# -------------------------------------------------------- 5.3 zero state


def zero_state(input_seq: torch.Tensor, hidden_layer_size: int) -> torch.Tensor:
    """Make the first state (1, batch, hidden) for an input (steps, batch, features)."""
    return torch.zeros(1, input_seq.shape[1], hidden_layer_size)


ZERO_STATE = Exercise(
    id="5.3",
    title="Why is the second dimension 1?",
    difficulty=1,
    minutes=5,
    reference=zero_state,
    also_right=(lambda x, size: x.new_zeros(1, x.size(1), size),),
    cases=lambda: (
        Case(torch.zeros(12, 1, 1), 100, label="as published: 12 steps, one window"),
        Case(torch.zeros(12, 5, 1), 8, label="five windows at once"),
        Case(torch.zeros(4, 3, 2), 6, label="three windows of two features"),
    ),
    misconceptions=(
        Misconception(
            "always one",
            "The second dimension is always 1 here. It is the batch size: how many windows go "
            "through at once. The published script sends one at a time, hence its 1.",
            lambda x, size: x.new_zeros(1, 1, size),
        ),
        Misconception(
            "steps for batch",
            "That is the number of steps. A state is what stands after *all* of them; it has no "
            "time axis.",
            lambda x, size: x.new_zeros(1, x.shape[0], size),
        ),
        Misconception(
            "batch first",
            "The batch stands first here. A state is (layers, batch, hidden), whatever the input's "
            "order is.",
            lambda x, size: x.new_zeros(x.shape[1], 1, size),
        ),
        Misconception(
            "features for hidden",
            "The last dimension is the hidden size, not the number of input features.",
            lambda x, size: x.new_zeros(1, x.shape[1], x.shape[2]),
        ),
        Misconception(
            "no layer axis",
            "The axis of the layers is missing: it is 1 for one layer, and it stays.",
            lambda x, size: x.new_zeros(x.shape[1], size),
        ),
        Misconception(
            "a pair",
            "That is a pair (h, c), the state of an LSTM. A GRU has h alone.",
            lambda x, size: (
                x.new_zeros(1, x.shape[1], size),
                x.new_zeros(1, x.shape[1], size),
            ),
        ),
    ),
    hints=(
        "Send five windows at once through the layer. Which size of the state must change?",
        "`input_seq.shape` is (steps, batch, features); `torch.zeros(...)` takes the three sizes.",
    ),
    returns=("state",),
)

# --------------------------------------------------------- 5.4 baselines


def repeat_last_year(past: np.ndarray, horizon: int) -> np.ndarray:
    """Forecast (horizon,) months: each as in the last twelve months of past (n,)."""
    return past[-12:][np.arange(horizon) % 12]


BASELINE = Exercise(
    id="5.4",
    title="The baseline that must be beaten",
    difficulty=1,
    minutes=6,
    reference=repeat_last_year,
    also_right=(lambda past, horizon: np.tile(past[-12:], horizon // 12 + 1)[:horizon],),
    cases=lambda: (
        Case(np.arange(1.0, 31.0), 12, label="thirty months, a year ahead"),
        Case(np.arange(1.0, 31.0) ** 2, 5, label="five months ahead"),
        Case(np.arange(1.0, 41.0), 15, label="fifteen months ahead"),
    ),
    misconceptions=(
        Misconception(
            "last value",
            "This repeats the last value. Wanted is the same month of the last year.",
            lambda past, horizon: np.full(horizon, past[-1]),
        ),
        Misconception(
            "first year",
            "This repeats the *first* year. The last twelve months are `past[-12:]`.",
            lambda past, horizon: past[:12][np.arange(horizon) % 12],
        ),
        Misconception(
            "last months whatever the season",
            "This takes the last `horizon` values: right for 12 months and wrong for any other "
            "horizon, for January then is not forecast by January.",
            lambda past, horizon: past[-horizon:],
        ),
        Misconception(
            "shifted by one",
            "This is shifted by a month: the season begins at `past[-12]`.",
            lambda past, horizon: past[-13:-1][np.arange(horizon) % 12],
        ),
        Misconception(
            "two years ago",
            "This repeats the year before the last. The last twelve months are `past[-12:]`.",
            lambda past, horizon: past[-24:-12][np.arange(horizon) % 12],
        ),
        Misconception(
            "mean of the year",
            "This repeats the last year's mean. Each month wants its own month of last year.",
            lambda past, horizon: np.full(horizon, past[-12:].mean()),
        ),
        Misconception(
            "backwards",
            "The last year runs backwards here: January must come first again.",
            lambda past, horizon: past[-12:][::-1][np.arange(horizon) % 12],
        ),
    ),
    hints=(
        "The month right after the end looks like `past[-12]`.",
        "Beyond a year it starts again: `% 12` of the step.",
    ),
    returns=("forecast",),
)


def scaled_error(actual: np.ndarray, forecast: np.ndarray, past: np.ndarray) -> float:
    """MASE of forecast (h,) for actual (h,), scaled by the seasonal naive on past (n,)."""
    naive = np.abs(past[12:] - past[:-12]).mean()
    return float(np.abs(actual - forecast).mean() / naive)


MASE = Exercise(
    id="5.5",
    title="An error without units",
    difficulty=2,
    minutes=8,
    reference=scaled_error,
    also_right=(
        lambda a, f, p: float(
            sum(abs(a - f)) / len(a) * (len(p) - 12) / sum(abs(p[12:] - p[:-12]))
        ),
    ),
    cases=lambda: (
        Case(
            np.array([10.0, 12.0, 15.0]),
            np.array([11.0, 10.0, 11.0]),
            np.arange(40.0) ** 2 / 40 + 3 * np.sin(np.arange(40.0)),
        ),
        Case(np.array([5.0, 1.0]), np.array([2.0, 2.5]), np.arange(1.0, 31.0) ** 1.5),
    ),
    misconceptions=(
        Misconception(
            "last-value scale",
            "The scale is the error of repeating the last month. Wanted is the seasonal one: the "
            "same month of the year before.",
            lambda a, f, p: float(np.abs(a - f).mean() / np.abs(np.diff(p)).mean()),
        ),
        Misconception(
            "squared error",
            "The error is squared. MASE takes absolute values.",
            lambda a, f, p: float(
                np.sqrt(np.square(a - f).mean()) / np.abs(p[12:] - p[:-12]).mean()
            ),
        ),
        Misconception(
            "signs cancel",
            "The absolute value is missing over the error: too high and too low cancel.",
            lambda a, f, p: float((a - f).mean() / np.abs(p[12:] - p[:-12]).mean()),
        ),
        Misconception(
            "upside down",
            "The fraction is upside down: the error stands above, the naive's below.",
            lambda a, f, p: float(np.abs(p[12:] - p[:-12]).mean() / np.abs(a - f).mean()),
        ),
        Misconception(
            "scaled by the mean",
            "The error is divided by the mean of the past. Divide by the seasonal naive's mean "
            "absolute error on the past.",
            lambda a, f, p: float(np.abs(a - f).mean() / p.mean()),
        ),
        Misconception(
            "two RMSEs",
            "Both errors are squared here. MASE divides one mean *absolute* error by another.",
            lambda a, f, p: float(
                np.sqrt(np.square(a - f).mean()) / np.sqrt(np.square(p[12:] - p[:-12]).mean())
            ),
        ),
        Misconception(
            "naive judged on the test",
            "The error is divided by what repeating last year misses on the *test*. The scale "
            "comes from the past alone: p[12:] against p[:-12].",
            lambda a, f, p: float(
                np.abs(a - f).mean() / np.abs(a - p[-12:][np.arange(len(a)) % 12]).mean()
            ),
        ),
        Misconception(
            "last year alone",
            "The scale is taken from the last year alone. It is the mean over the whole past.",
            lambda a, f, p: float(np.abs(a - f).mean() / np.abs(p[-12:] - p[-24:-12]).mean()),
        ),
        Misconception(
            "sums for means",
            "These are sums. Take the mean above and the mean below: they have different lengths.",
            lambda a, f, p: float(np.abs(a - f).sum() / np.abs(p[12:] - p[:-12]).sum()),
        ),
    ),
    hints=(
        "Two mean absolute errors: the forecast's, and that of repeating last year on the past.",
        "`past[12:] - past[:-12]` is what repeating last year misses, month by month.",
    ),
    returns=("MASE",),
)

# ------------------------------------------------- 5.6 recursive forecast


def forecast_recursively(model: nn.Module, window: torch.Tensor, horizon: int) -> torch.Tensor:
    """Forecast (batch, horizon) from a window (batch, steps, 1), a fresh state at each step."""
    known = window
    with torch.no_grad():
        for _ in range(horizon):
            y, _ = model(known[:, -window.shape[1] :])
            known = torch.cat([known, y.unsqueeze(-1)], dim=1)
    return known[:, window.shape[1] :, 0]


def _forecast_in_place(model: nn.Module, window: torch.Tensor, horizon: int) -> torch.Tensor:
    current, found = window.clone(), []
    for _ in range(horizon):
        y = model(current, None)[0].detach()
        found.append(y)
        current = torch.cat([current[:, 1:], y[:, :, None]], dim=1)
    return torch.cat(found, dim=1)


def _forecast_wrongly(
    model: nn.Module, window: torch.Tensor, horizon: int, fault: str
) -> torch.Tensor:
    steps, known, state = window.shape[1], window, None
    with torch.no_grad():
        for _ in range(horizon):
            seen = {"grows": known, "stands": window}.get(fault, known[:, -steps:])
            y, new_state = model(seen, state)
            state = new_state if fault == "leaks" else None
            known = torch.cat([known, y.unsqueeze(-1)], dim=1)
    if fault == "tail":
        return known[:, horizon:, 0]
    return known[:, :, 0] if fault == "whole" else known[:, steps:, 0]


def _forecast_misplaced(
    model: nn.Module, window: torch.Tensor, horizon: int, front: bool
) -> torch.Tensor:
    current, found = window, []
    with torch.no_grad():
        for _ in range(horizon):
            y, _ = model(current)
            found.append(y)
            kept = current[:, :-1]
            pieces = [y.unsqueeze(-1), kept] if front else [kept, y.unsqueeze(-1)]
            current = torch.cat(pieces, dim=1)
    return torch.cat(found, dim=1)


def _small_forecaster(seed: int) -> nn.Module:
    from course_utils.recurrent import Forecaster

    torch.manual_seed(seed)
    model = Forecaster(hidden=5)
    with torch.no_grad():
        # Large weights: a state that leaks then shows far beyond rounding.
        for parameter in model.parameters():
            parameter.mul_(3)
    return model


def _without_gradient(function: Callable[..., Any]) -> None:
    from course_utils.exercises.definitions import Rejected

    result = function(_small_forecaster(3), torch.zeros(1, 4, 1), 2)
    if result.requires_grad:
        raise Rejected(
            "The forecast still carries its graph: put the loop under `torch.no_grad()`."
        )


RECURSIVE = Exercise(
    id="5.6",
    title="A recursive forecast that leaks no state",
    difficulty=2,
    minutes=12,
    reference=forecast_recursively,
    also_right=(_forecast_in_place,),
    cases=lambda: (
        Case(_small_forecaster(0), torch.linspace(-1, 1, 6).reshape(1, 6, 1), 4),
        Case(
            _small_forecaster(1),
            torch.linspace(-1, 1, 8).reshape(2, 4, 1),
            7,
            label="two windows, a horizon longer than the window",
        ),
    ),
    misconceptions=(
        Misconception(
            "state leaks",
            "The state of one call goes into the next, as in the published script. The window "
            "already holds the past; carried over, the state reads eleven of its values twice.",
            lambda m, w, h: _forecast_wrongly(m, w, h, "leaks"),
        ),
        Misconception(
            "window grows",
            "The window grows with each forecast. Keep its length: drop the oldest value.",
            lambda m, w, h: _forecast_wrongly(m, w, h, "grows"),
        ),
        Misconception(
            "window stands still",
            "The window never moves, so every step forecasts the same month. Put each forecast at "
            "the window's end.",
            lambda m, w, h: _forecast_wrongly(m, w, h, "stands"),
        ),
        Misconception(
            "window returned as well",
            "The known values were returned as well; wanted are the forecasts alone.",
            lambda m, w, h: _forecast_wrongly(m, w, h, "whole"),
        ),
        Misconception(
            "cut at the horizon",
            "The result was cut at `horizon`, not at the window's length. The published slice "
            "`[fut_pred:]` does so too; it is right only because 12 = 12.",
            lambda m, w, h: _forecast_wrongly(m, w, h, "tail"),
        ),
        Misconception(
            "forecast at the front",
            "Each forecast is put at the window's front. Time runs to the right: it belongs at "
            "the end, and the first value is dropped.",
            lambda m, w, h: _forecast_misplaced(m, w, h, front=True),
        ),
        Misconception(
            "newest dropped",
            "The newest known value is dropped for the forecast. Drop the oldest, the first.",
            lambda m, w, h: _forecast_misplaced(m, w, h, front=False),
        ),
        Misconception(
            "pair not unpacked",
            "The model returns a pair: `y, state = model(x)`.",
            lambda m, w, h: torch.cat([w, m(w).unsqueeze(-1)], dim=1),
        ),
    ),
    properties=(_without_gradient,),
    hints=(
        "Call `model(x)` without a state: it then starts at zero, each time.",
        "`torch.cat([known, y.unsqueeze(-1)], dim=1)` puts a forecast (batch, 1) at the end. Then "
        "look at the last `window.shape[1]` values only.",
    ),
    returns=("forecast",),
)

# ------------------------------------------------------------- 5.7 GRU


def gru_by_hand(
    x: torch.Tensor,
    state: torch.Tensor,
    w_ih: torch.Tensor,
    w_hh: torch.Tensor,
    b_ih: torch.Tensor,
    b_hh: torch.Tensor,
) -> torch.Tensor:
    """Take x (batch, inputs) and state (batch, hidden) one step on, as nn.GRU does."""
    x_r, x_z, x_n = (x @ w_ih.T + b_ih).chunk(3, dim=1)
    h_r, h_z, h_n = (state @ w_hh.T + b_hh).chunk(3, dim=1)
    r = torch.sigmoid(x_r + h_r)
    z = torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return (1 - z) * n + z * state


def _gru_cell(x: torch.Tensor, state: torch.Tensor, *weights: torch.Tensor) -> torch.Tensor:
    cell = nn.GRUCell(x.shape[1], state.shape[1]).to(x.dtype)
    with torch.no_grad():
        for own, weight in zip(cell.parameters(), weights, strict=True):
            own.copy_(weight)
        return cell(x, state)


def _gru_wrongly(
    fault: str, x: torch.Tensor, state: torch.Tensor, *weights: torch.Tensor
) -> torch.Tensor:
    w_ih, w_hh, b_ih, b_hh = weights
    first, second, last = (x @ w_ih.T + b_ih).chunk(3, dim=1)
    h_first, h_second, h_last = (state @ w_hh.T + b_hh).chunk(3, dim=1)
    r, z = torch.sigmoid(first + h_first), torch.sigmoid(second + h_second)
    if fault == "Keras order":
        r, z = z, r
    if fault == "published":
        r = z
    n = torch.tanh(last + r * h_last)
    if fault == "input dropped":
        n = torch.tanh(r * h_last)
    if fault == "reset before":
        w_hn, b_hn = w_hh.chunk(3)[2], b_hh.chunk(3)[2]
        n = torch.tanh(last + (r * state) @ w_hn.T + b_hn)
    if fault == "bias left out":
        (i_r, i_z, _), (s_r, s_z, _) = (x @ w_ih.T + b_ih).chunk(3, 1), (state @ w_hh.T).chunk(3, 1)
        r, z = torch.sigmoid(i_r + s_r), torch.sigmoid(i_z + s_z)
        n = torch.tanh(last + r * h_last)
    if fault == "bias outside":
        b_hn = b_hh.chunk(3)[2]
        n = torch.tanh(last + r * (h_last - b_hn) + b_hn)
    if fault == "no reset":
        n = torch.tanh(last + h_last)
    if fault == "sigmoid":
        n = torch.sigmoid(last + r * h_last)
    if fault == "z replaces":
        z = 1 - z
    return (1 - z) * n + z * state


def _gru_cases() -> tuple[Case, ...]:
    cases = []
    for seed, (batch, inputs, hidden) in enumerate([(2, 3, 4), (1, 1, 6)]):
        generator = torch.Generator().manual_seed(seed)

        def draw(*shape: int, generator: torch.Generator = generator) -> torch.Tensor:
            # Half the usual spread: no gate is wide open or shut, so each slip shows.
            return torch.randn(*shape, generator=generator) / 2

        cases.append(
            Case(
                draw(batch, inputs),
                draw(batch, hidden),
                draw(3 * hidden, inputs),
                draw(3 * hidden, hidden),
                draw(3 * hidden),
                draw(3 * hidden),
                label=f"batch {batch}, inputs {inputs}, hidden {hidden}",
            )
        )
    return tuple(cases)


GRU = Exercise(
    id="5.7",
    title="One step of a GRU",
    difficulty=3,
    minutes=25,
    reference=gru_by_hand,
    also_right=(_gru_cell,),
    cases=_gru_cases,
    misconceptions=(
        Misconception(
            "update gate for reset gate",
            "The candidate uses the update gate where the reset gate belongs: the slip of the "
            "published `getTempHt`, which calls `getZt`.",
            lambda *a: _gru_wrongly("published", *a),
        ),
        Misconception(
            "input dropped",
            "The candidate has lost its input: it is built from the state alone, as in the "
            "published `getTempHt`.",
            lambda *a: _gru_wrongly("input dropped", *a),
        ),
        Misconception(
            "reset before the product",
            "The reset gate acts on the state before the multiplication: version 3 of the paper. "
            "torch multiplies first, then gates: r * (h W + b).",
            lambda *a: _gru_wrongly("reset before", *a),
        ),
        Misconception(
            "z replaces",
            "The update gate is the wrong way round. In torch z *keeps* the old state: "
            "(1 - z) n + z h.",
            lambda *a: _gru_wrongly("z replaces", *a),
        ),
        Misconception(
            "Keras order",
            "The weights were taken in Keras' order z, r, n. torch stacks them r, z, n.",
            lambda *a: _gru_wrongly("Keras order", *a),
        ),
        Misconception(
            "bias left out",
            "`b_hh` is missing in the two gates. torch has two biases for each gate; both count.",
            lambda *a: _gru_wrongly("bias left out", *a),
        ),
        Misconception(
            "bias outside the reset",
            "The candidate's second bias stands outside the reset gate. It belongs inside: "
            "r * (h U + c).",
            lambda *a: _gru_wrongly("bias outside", *a),
        ),
        Misconception(
            "no reset",
            "The candidate sees the whole old state: the reset gate r is not used.",
            lambda *a: _gru_wrongly("no reset", *a),
        ),
        Misconception(
            "sigmoid for tanh",
            "The candidate goes through the sigmoid; it takes tanh, from -1 to 1.",
            lambda *a: _gru_wrongly("sigmoid", *a),
        ),
    ),
    hints=(
        "Multiply once: `(x @ w_ih.T + b_ih).chunk(3, dim=1)` gives the three input parts r, z, n.",
        "The candidate is tanh of its input part plus r times its state part, bias included.",
    ),
    returns=("state",),
    rtol=1e-4,
    atol=1e-5,
)


def turn_z_around(
    w_ih: torch.Tensor, w_hh: torch.Tensor, b_ih: torch.Tensor, b_hh: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Change stacked weights (3·hidden, …) so that 1 − z takes the place of z."""
    turned = []
    for weight in (w_ih, w_hh, b_ih, b_hh):
        r, z, n = weight.chunk(3)
        turned.append(torch.cat([r, -z, n]))
    return turned[0], turned[1], turned[2], turned[3]


def _turn_by_slice(*weights: torch.Tensor) -> tuple[torch.Tensor, ...]:
    turned = tuple(weight.clone() for weight in weights)
    for weight in turned:
        hidden = len(weight) // 3
        weight[hidden : 2 * hidden] *= -1
    return turned


def _turn_wrongly(signs: tuple[int, int, int], biases: bool, *weights: torch.Tensor) -> tuple:
    turned = []
    for place, weight in enumerate(weights):
        own = signs if biases or place < 2 else (1, 1, 1)
        turned.append(
            torch.cat([sign * part for sign, part in zip(own, weight.chunk(3), strict=True)])
        )
    return tuple(turned)


TURN = Exercise(
    id="5.8",
    title="Turn the update gate around",
    difficulty=3,
    minutes=8,
    reference=turn_z_around,
    also_right=(_turn_by_slice,),
    cases=lambda: tuple(Case(*case.args[2:], label=case.label) for case in _gru_cases()),
    misconceptions=(
        Misconception(
            "biases forgotten",
            "The weights are turned and the biases are not: the gate's whole argument must change "
            "its sign.",
            lambda *w: _turn_wrongly((1, -1, 1), False, *w),
        ),
        Misconception(
            "biases only",
            "Only the biases are turned: the gate's whole argument must change its sign, the "
            "weights as well.",
            lambda *w: (*w[:2], *_turn_wrongly((1, -1, 1), True, *w)[2:]),
        ),
        Misconception(
            "reset gate turned",
            "That is the reset gate, the first third. The update gate is the second.",
            lambda *w: _turn_wrongly((-1, 1, 1), True, *w),
        ),
        Misconception(
            "candidate turned",
            "That is the candidate, the last third. The update gate is the second.",
            lambda *w: _turn_wrongly((1, 1, -1), True, *w),
        ),
        Misconception(
            "everything turned",
            "Everything changed its sign. Only the update gate may: the second third.",
            lambda *w: _turn_wrongly((-1, -1, -1), True, *w),
        ),
        Misconception(
            "one minus the weights",
            "This takes 1 minus the weights. What must become 1 - z is the gate's *output*: "
            "1 - σ(a) = σ(-a).",
            lambda *w: tuple(
                torch.cat([p if i != 1 else 1 - p for i, p in enumerate(weight.chunk(3))])
                for weight in w
            ),
        ),
    ),
    hints=(
        "Which argument gives the sigmoid the value 1 - σ(a)?",
        "Change the sign of the second third, in all four tensors.",
    ),
    returns=("w_ih", "w_hh", "b_ih", "b_hh"),
)

# ---------------------------------------------------------- 5.9 origins


def rolling_origins(length: int, first: int, step: int, horizon: int) -> list[int]:
    """List the origins (how many values are known) that leave horizon values to judge by."""
    return list(range(first, length - horizon + 1, step))


def _origins_by_counting(length: int, first: int, step: int, horizon: int) -> list[int]:
    found = []
    while first + horizon <= length:
        found.append(first)
        first += step
    return found


ORIGINS = Exercise(
    id="5.9",
    title="Where may a forecast start?",
    difficulty=2,
    minutes=6,
    reference=rolling_origins,
    also_right=(_origins_by_counting,),
    cases=lambda: (
        Case(144, 108, 3, 12, label="the airline backtest"),
        Case(20, 10, 2, 4),
        Case(15, 12, 5, 3, label="only one origin fits"),
    ),
    misconceptions=(
        Misconception(
            "last origin lost",
            "The last origin is missing: the forecast from it ends exactly at the last value. "
            "range stops *before* its second number.",
            lambda length, first, step, horizon: list(range(first, length - horizon, step)),
        ),
        Misconception(
            "runs past the end",
            "The last forecasts run past the end of the series: nothing there to judge them by.",
            lambda length, first, step, horizon: list(range(first, length, step)),
        ),
        Misconception(
            "step of one horizon",
            "The step between origins is the horizon here. It is a number of its own: "
            "forecasts may overlap.",
            lambda length, first, step, horizon: list(range(first, length - horizon + 1, horizon)),
        ),
        Misconception(
            "starts at nothing",
            "The first origin is not 0: from `first` values on there is something to learn from.",
            lambda length, first, step, horizon: list(range(0, length - horizon + 1, step)),
        ),
        Misconception(
            "ends, not origins",
            "These are the ends of the forecasts, not where they start.",
            lambda length, first, step, horizon: [
                origin + horizon for origin in range(first, length - horizon + 1, step)
            ],
        ),
    ),
    hints=(
        "From origin `o` the forecast covers positions o … o + horizon − 1. Which is the last `o`?",
        "`range(start, stop, step)` leaves `stop` out.",
    ),
    returns=("origins",),
)

# ------------------------------------------------------------- the quiz


def parameter_count() -> int:
    """Count the numbers that one network of the final forecaster learns."""
    from course_utils.recurrent import Forecaster

    return sum(parameter.numel() for parameter in Forecaster(16, horizon=12).parameters())


def _count(hidden: int, horizon: int) -> int:
    from course_utils.recurrent import Forecaster

    return sum(parameter.numel() for parameter in Forecaster(hidden, horizon).parameters())


QUIZ_SIZE = Exercise(
    id="5.Q1",
    title="How many numbers does one final network learn?",
    difficulty=1,
    minutes=3,
    kind="value",
    reference=parameter_count,
    also_right=(lambda: 3 * (16 + 16 * 16 + 2 * 16) + 12 * 16 + 12,),
    cases=(),
    misconceptions=(
        Misconception(
            "the published network",
            "That is the published network. The final one has 16 hidden units and 12 outputs.",
            lambda: _count(100, 1),
        ),
        Misconception(
            "one output",
            "The read-out gives all twelve months at once: horizon 12, not 1.",
            lambda: _count(16, 1),
        ),
        Misconception(
            "read-out forgotten",
            "The linear read-out is missing: 12 outputs with 16 weights and a bias each.",
            lambda: _count(16, 12) - 12 * 17,
        ),
        Misconception(
            "one bias",
            "torch's GRU has two bias vectors, b_ih and b_hh; one of them is missing here.",
            lambda: _count(16, 12) - 3 * 16,
        ),
    ),
    hints=(
        "Make a `Forecaster` with the final sizes and count.",
        "`sum(p.numel() for p in model.parameters())`",
    ),
    rtol=0.0,
    atol=0.0,
)


def _on_1960(method: Callable[..., Any], metric: Callable[..., float]) -> float:
    from course_utils.series import load_airline

    values = load_airline().to_numpy()
    return metric(values[-12:], method(values[:-12], 12))


def coefficients_on_log() -> float:
    """RMSE on 1960 of AR(12) on the logarithm, forecast recursively."""
    from course_utils.forecasting import autoregression, on, rmse
    from course_utils.series import Log

    return _on_1960(on(Log(), autoregression), rmse)


def _coefficients_as_they_are() -> float:
    from course_utils.forecasting import autoregression, rmse

    return _on_1960(autoregression, rmse)


def _thirteen_lags_on_log() -> float:
    from functools import partial

    from course_utils.forecasting import autoregression, on, rmse
    from course_utils.series import Log

    return _on_1960(on(Log(), partial(autoregression, order=13)), rmse)


QUIZ_LINEAR = Exercise(
    id="5.Q2",
    title="What do thirteen coefficients reach on the logarithm?",
    difficulty=1,
    minutes=4,
    kind="value",
    reference=coefficients_on_log,
    also_right=(lambda: round(coefficients_on_log(), 1),),
    cases=(),
    misconceptions=(
        Misconception(
            "as they are",
            "That is AR(12) on the passengers as they are. Wanted: on their logarithm.",
            _coefficients_as_they_are,
        ),
        Misconception(
            "thirteen lags",
            "That has thirteen lags and fourteen coefficients. Twelve lags and a constant make 13.",
            _thirteen_lags_on_log,
        ),
    ),
    hints=(
        "`forecasting.on(series.Log(), method)` makes a method that works on the logarithm.",
        "Fit on the 132 training months, and take the RMSE against the 12 of 1960.",
    ),
    rtol=0.0,
    atol=0.06,
)


def holt_winters_mase() -> float:
    """MASE of Holt-Winters on 1960, scaled by the 132 months before."""
    from course_utils.forecasting import holt_winters, mase
    from course_utils.series import load_airline

    values = load_airline().to_numpy()
    return mase(values[-12:], holt_winters(values[:-12], 12), values[:-12])


def _against_the_naive_on_1960() -> float:
    from course_utils.forecasting import holt_winters, mae, seasonal_naive

    return _on_1960(holt_winters, mae) / _on_1960(seasonal_naive, mae)


def _rmse_above() -> float:
    from course_utils.forecasting import holt_winters, mae, rmse

    return holt_winters_mase() * _on_1960(holt_winters, rmse) / _on_1960(holt_winters, mae)


QUIZ_MASE = Exercise(
    id="5.Q3",
    title="What is the MASE of Holt-Winters on 1960?",
    difficulty=1,
    minutes=4,
    kind="value",
    reference=holt_winters_mase,
    also_right=(lambda: round(holt_winters_mase(), 2),),
    cases=(),
    misconceptions=(
        Misconception(
            "scaled on 1960",
            "That is divided by what last year misses on 1960. The scale comes from the past.",
            _against_the_naive_on_1960,
        ),
        Misconception(
            "RMSE above",
            "The RMSE stands above. MASE takes the mean absolute error.",
            _rmse_above,
        ),
    ),
    hints=(
        "You have written `scaled_error`; `forecasting.holt_winters(past, 12)` forecasts.",
        "`scaled_error(actual, forecasting.holt_winters(past, 12), past)`",
    ),
    rtol=0.0,
    atol=0.006,
)

EXERCISES = (
    SCALE,
    WINDOWS,
    ZERO_STATE,
    BASELINE,
    MASE,
    RECURSIVE,
    GRU,
    TURN,
    ORIGINS,
    QUIZ_SIZE,
    QUIZ_LINEAR,
    QUIZ_MASE,
)
