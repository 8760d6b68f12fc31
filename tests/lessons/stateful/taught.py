"""What lessons 04a and 04b write out, and where the package keeps it."""

from collections.abc import Iterable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils import recurrent, signals
from course_utils.checking.compare import Tolerance
from course_utils.lessons.stateful import keras_port, runs, starts
from course_utils.lessons.stateful.exercises.port_gru import port_gru
from course_utils.lessons.stateful.exercises.port_lstm import port_lstm
from course_utils.lessons.stateful.keras_adam import KerasAdam
from course_utils.lessons.stateful.keras_runs import RUNS, KerasRun, load_run
from tests.taught import Arguments, Taught

BATCHES = signals.stateful_batches(12)
PORTS = {"SimpleRNN": port_lstm, "LSTM": port_lstm, "GRU": port_gru}
CELLS = {"SimpleRNN": "RNN", "LSTM": "LSTM", "GRU": "GRU"}
WRITTEN_OUT = {"SimpleRNN": "port_rnn", "LSTM": "port_lstm", "GRU": "port_gru"}
NAMES = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")


# ---- what the cells have made by then


def names_of_04a() -> dict[str, Any]:
    sizes = {"INPUT_SIZE": 1, "OUTPUT_SIZE": 1, "CELL_SIZE": 20, "TIME_STEPS": 20, "LR": 0.006}
    return sizes | {"x_all": BATCHES.inputs, "y_all": BATCHES.targets}


def names_of_04b() -> dict[str, Any]:
    sizes = {"CELL_SIZE": 20, "LR": 0.006, "PORTS": PORTS, "CELLS": CELLS, "NAMES": NAMES}
    return sizes | {"batches": signals.stateful_batches(6)}


# ---- the helpers, as the lessons call them


class StatefulLSTM(recurrent.SequenceModel):
    """The course's model, with the lesson's names for its parts."""

    def __init__(self) -> None:
        super().__init__(20, "LSTM")

    def state_dict(self, *args: Any, **kwargs: Any) -> dict[str, Tensor]:
        named = super().state_dict(*args, **kwargs)
        places = {"recurrent": "lstm", "readout": "out"}
        return {f"{places[k.split('.')[0]]}.{k.split('.')[1]}": part for k, part in named.items()}


def train(model: nn.Module, inputs: Tensor, targets: Tensor) -> list[float]:
    return runs.train(model, signals.Chunks(BATCHES.times, inputs, targets)).losses


def evaluate(net: runs.KerasLike, x: Tensor, y: Tensor) -> float:
    session = recurrent.Session(net.model)
    session.state = net.state
    return session.evaluate(x, y)


def repaired_loop(
    session: recurrent.Session, _optimizer: torch.optim.Adam, inputs: Tensor, targets: Tensor
) -> list[float]:
    return train(session.model, inputs, targets)  # its own Adam, of the same settings


def lstm_loop(
    x: Tensor, pair: tuple[Tensor, Tensor], weights: list[Tensor], _keep: Tensor, _real: Tensor
) -> tuple[Tensor, tuple[Tensor, Tensor]]:
    layer = nn.LSTM(x.shape[2], pair[0].shape[1], batch_first=True)
    parts = dict(zip(NAMES, weights, strict=True))
    y, (h, c) = torch.func.functional_call(layer, parts, (x, (pair[0][None], pair[1][None])))
    return y, (h[0], c[0])


def first_losses(start: str, seed: int) -> list[float]:
    model = runs.make_model(seed, starts.STARTS[start])
    return runs.train(model, signals.stateful_batches(6)).losses


def tensors_of(kind: str) -> Any:
    return lambda *weights: [p.detach() for p in keras_port.to_torch(kind, weights).parameters()]


def port_back(*weights: Tensor) -> list[Any]:
    layer = nn.LSTM(weights[0].shape[1], weights[1].shape[1])
    layer.load_state_dict(dict(zip(NAMES, weights, strict=True)))
    return keras_port.to_keras(layer)


def model_of(run: KerasRun) -> recurrent.SequenceModel:
    model = recurrent.SequenceModel()
    model.recurrent = keras_port.to_torch(run.kind, run.weights)
    model.readout = keras_port.to_torch("Dense", run.readout)
    return model


def one_bias(model: recurrent.SequenceModel) -> recurrent.SequenceModel:
    if not isinstance(model.recurrent, nn.GRU):
        keras_port.freeze_second_bias(model.recurrent)
    return model


def keras_adam_step(
    weight: Tensor, gradient: Tensor, m: Tensor, v: Tensor, t: int, lr: float
) -> tuple[Tensor, Tensor, Tensor]:
    parameter = nn.Parameter(weight.clone())
    parameter.grad = gradient
    update = KerasAdam([parameter], lr=lr)
    memory = update.state[parameter]
    memory.update(step=t - 1, m=m, v=v)
    update.step()
    return parameter.detach(), memory["m"], memory["v"]


# ---- the calls to compare


def pairs() -> Iterable[Arguments]:
    torch.manual_seed(0)
    x = torch.randn(4, 20, 1)
    return [(x,), (x, (torch.randn(1, 4, 20), torch.randn(1, 4, 20)))]


def nets() -> Iterable[Arguments]:
    net = runs.KerasLike(runs.make_model(1))
    for number in range(3):
        yield net, BATCHES.inputs[number], BATCHES.targets[number]
        net.predict(BATCHES.inputs[number])


def begun() -> Iterable[Arguments]:
    session = recurrent.Session(runs.make_model(3))
    adam = torch.optim.Adam(session.model.parameters(), lr=0.006)
    yield session, adam, BATCHES.inputs[:8], BATCHES.targets[:8]


def nothing_left_out() -> Iterable[Arguments]:
    torch.manual_seed(0)
    for batch, length, inputs, hidden in ((4, 6, 3, 5), (1, 1, 1, 2)):
        weights = [part.detach().requires_grad_() for part in nn.LSTM(inputs, hidden).parameters()]
        x = torch.randn(batch, length, inputs, requires_grad=True)
        pair = torch.randn(batch, hidden), torch.randn(batch, hidden)
        yield x, pair, weights, torch.ones(batch, hidden), torch.ones(batch, length, dtype=bool)


def steps() -> Iterable[Arguments]:
    torch.manual_seed(0)

    def leaf(*shape: int) -> Tensor:
        return torch.randn(shape, requires_grad=True)

    for batch, inputs, hidden in ((4, 3, 5), (1, 1, 2)):
        weights = leaf(4 * hidden, inputs), leaf(4 * hidden, hidden), leaf(4 * hidden)
        state = leaf(batch, hidden), leaf(batch, hidden)
        yield leaf(batch, inputs), state, *weights, leaf(4 * hidden)


def updates() -> Iterable[Arguments]:
    torch.manual_seed(0)
    weight, m, v = torch.randn(5), torch.zeros(5), torch.zeros(5)
    for t in range(1, 6):
        # From large gradients to those that epsilon drowns.
        gradient = torch.randn(5) * torch.logspace(-8, 0, 5)
        yield weight, gradient, m, v, t, 0.1
        weight, m, v = keras_adam_step(weight, gradient, m.clone(), v.clone(), t, 0.1)


def trained_weights() -> Iterable[Arguments]:
    for inputs, hidden in ((1, 20), (3, 2)):
        torch.manual_seed(0)
        yield tuple(part.detach() for part in nn.LSTM(inputs, hidden).parameters())


def stored(*kinds: str) -> list[KerasRun]:
    return [load_run(size, kind) for kind in kinds for size in RUNS]


first = partial(Taught, lesson="04a", space=names_of_04a)
second = partial(Taught, lesson="04b", space=names_of_04b)

TAUGHT = [
    first(name="StatefulLSTM", helper=StatefulLSTM, calls=lambda: [()], then=pairs),
    first(
        name="train",
        helper=train,
        calls=lambda: [(runs.make_model(5), BATCHES.inputs, BATCHES.targets)],
    ),
    first(name="evaluate", helper=evaluate, calls=nets),
    first(name="repaired_loop", helper=repaired_loop, calls=begun),
    second(name="lstm_step", helper=recurrent.lstm_step, calls=steps),
    second(name="lstm_loop", helper=lstm_loop, calls=nothing_left_out),
    second(
        name="first_losses",
        helper=first_losses,
        calls=lambda: [("torch", 2), ("forget bias 1", 2), ("Keras", 2)],
    ),
    *(
        second(
            name=name,
            helper=tensors_of(kind),
            calls=lambda kind=kind: [run.weights for run in stored(kind)],
        )
        for kind, name in WRITTEN_OUT.items()
    ),
    second(name="port", helper=model_of, calls=lambda: [(run,) for run in stored(*PORTS)]),
    second(
        name="one_bias",
        helper=one_bias,
        calls=lambda: [(model_of(run),) for run in stored(*PORTS)],
    ),
    second(
        name="keras_adam_step",
        helper=keras_adam_step,
        calls=updates,
        tolerance=Tolerance(1e-5, 1e-5),
    ),
    second(name="port_back", helper=port_back, calls=trained_weights),
]
