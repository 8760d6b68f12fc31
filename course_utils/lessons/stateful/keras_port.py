"""Between Keras and torch: starting weights as Keras draws them, and weights ported both ways.

Lesson 04b teaches what makes the two agree to seven digits; `keras_adam` and `keras_runs` hold the
rest of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from course_utils.signatures import BadArgument, checked, seen

Model = TypeVar("Model", bound=nn.Module)

Kind = Literal["SimpleRNN", "GRU", "LSTM", "Dense"]
LAYERS: dict[str, Callable[..., nn.RNNBase]] = {
    "SimpleRNN": nn.RNN,
    "GRU": nn.GRU,
    "LSTM": nn.LSTM,
}
GATES = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}
NO_RESET_BEFORE = (
    "weights[2] (bias) must have shape (2, {0}), got ({0},): this GRU was made with "
    "reset_after=False. Its reset gate acts before the state is multiplied by the recurrent "
    "kernel, torch's acts after it, so no weights make the two equal; step it by hand with "
    "recurrent.gru_step(reset='before')"
)


# ---- starting weights


@torch.no_grad()
@checked
def initialise_like_keras(model: Model) -> Model:
    """Give the recurrent and linear layers of a model the starting weights that Keras would draw.

    Kernels are Glorot-uniform, all recurrent gates share one orthogonal matrix,
    and biases are zero, but 1 for an LSTM's forget gate. Other layers are left
    as they are.

    Parameters
    ----------
    model : nn.Module
        A layer, or a model that holds one; changed in place.

    Returns
    -------
    nn.Module
        The same model.

    Raises
    ------
    BadArgument
        If it holds no recurrent or linear layer, or one with a projection,
        which Keras does not have.

    Notes
    -----
    The distributions are Keras' defaults (keras/src/layers/rnn, version 3.15);
    the numbers aren't, because the two draw differently from the same seed. Glorot &
    Bengio (2010); Saxe et al., arXiv 1312.6120; the forget gate: Jozefowicz,
    Zaremba & Sutskever (2015). Taught in lesson 04b, `slower-than-keras`.
    """
    layers = [layer for layer in model.modules() if isinstance(layer, nn.RNNBase | nn.Linear)]
    if not layers:
        raise BadArgument(
            "model must be or hold an nn.RNN, nn.GRU, nn.LSTM or nn.Linear, "
            f"got {type(model).__name__}"
        )
    for layer in layers:
        if isinstance(layer, nn.RNNBase) and layer.proj_size:
            raise BadArgument(f"model must have no projection, got proj_size={layer.proj_size}")
        for name, parameter in layer.named_parameters():
            if name.startswith("bias"):
                parameter.zero_()
                if isinstance(layer, nn.LSTM) and name.startswith("bias_ih"):
                    # Only in the first of torch's two biases, because the gate sees their sum.
                    parameter[layer.hidden_size : 2 * layer.hidden_size] = 1
            elif name.startswith("weight_hh"):
                nn.init.orthogonal_(parameter)
            else:
                nn.init.xavier_uniform_(parameter)
    return model


# ---- weights, both ways


@checked
def to_torch(kind: Kind, weights: Sequence[Any]) -> nn.RNNBase | nn.Linear:
    """Make the torch layer that computes what a Keras layer with these weights computes.

    Parameters
    ----------
    kind : {"SimpleRNN", "GRU", "LSTM", "Dense"}
        The Keras layer, with its default activations.
    weights : sequence of ndarray
        What its ``get_weights()`` gives, float32: kernel, recurrent kernel and
        bias; kernel and bias for Dense.

    Returns
    -------
    nn.RNN, nn.GRU, nn.LSTM or nn.Linear
        One layer, batch first. The bias of SimpleRNN and LSTM is in
        ``bias_ih_l0``, zeros are in ``bias_hh_l0``; a GRU's two rows fill both.

    Raises
    ------
    BadArgument
        If the arrays do not have the kind's shapes, or come from a GRU made with
        ``reset_after=False``, which torch does not have.

    Notes
    -----
    Kernels are transposed. Keras' gates i, f, c, o are torch's i, f, g, o;
    but z, r, h must become r, z, n. Taught in lesson 04b, `port-the-weights`.
    """
    numbers = _checked(kind, weights)
    # Made on "meta", so that no random numbers are drawn for weights that are thrown away.
    layer: nn.RNNBase | nn.Linear
    if kind == "Dense":
        kernel, bias = numbers
        layer = nn.Linear(len(kernel), len(bias), device="meta")
        parts = {"weight": kernel.T, "bias": bias}
    else:
        kernel, recurrent, bias = (_swap(n) for n in numbers) if kind == "GRU" else numbers
        first, second = bias if kind == "GRU" else (bias, np.zeros_like(bias))
        layer = LAYERS[kind](len(kernel), len(recurrent), batch_first=True, device="meta")
        parts = {
            "weight_ih_l0": kernel.T,
            "weight_hh_l0": recurrent.T,
            "bias_ih_l0": first,
            "bias_hh_l0": second,
        }
    layer.to_empty(device="cpu")
    layer.load_state_dict({name: torch.from_numpy(part.copy()) for name, part in parts.items()})
    return layer


@checked
def to_keras(layer: nn.Module) -> list[np.ndarray]:
    """Give the weights with which a Keras layer computes what this torch layer computes.

    Parameters
    ----------
    layer : nn.RNN, nn.GRU, nn.LSTM or nn.Linear
        One layer, in one direction, with biases. The activation of an nn.RNN
        is not among its weights, so Keras must be told about ``"relu"``.

    Returns
    -------
    list of ndarray
        For ``set_weights()`` of SimpleRNN, GRU (its default, ``reset_after=True``),
        LSTM or Dense. The two biases of an nn.RNN or nn.LSTM are added up.

    Raises
    ------
    BadArgument
        If ``layer`` is none of the four, or it has several layers, two directions, a
        projection or no biases.

    Notes
    -----
    Taught in lesson 04b, `six-sizes`.
    """
    if isinstance(layer, nn.Linear):
        _require_plain(layer, bias=(layer.bias is not None, True))
        return [_array(layer.weight).T.copy(), _array(layer.bias)]
    if not isinstance(layer, nn.RNNBase):
        raise BadArgument(
            f"layer must be an nn.RNN, nn.GRU, nn.LSTM or nn.Linear, got {type(layer).__name__}"
        )
    _require_plain(
        layer,
        num_layers=(layer.num_layers, 1),
        bidirectional=(layer.bidirectional, False),
        proj_size=(layer.proj_size, 0),
        bias=(layer.bias, True),
    )
    state = {name: _array(parameter) for name, parameter in layer.named_parameters()}
    first, second = state["bias_ih_l0"], state["bias_hh_l0"]
    kernels = [state["weight_ih_l0"].T, state["weight_hh_l0"].T]
    if isinstance(layer, nn.GRU):
        return [_swap(part) for part in (*kernels, np.stack([first, second]))]
    return [*(kernel.copy() for kernel in kernels), first + second]


@torch.no_grad()
@checked
def freeze_second_bias(layer: nn.Module) -> None:
    """Let only one bias of a layer train, as in Keras; what it computes stays the same.

    The numbers of ``bias_hh`` move into ``bias_ih``; the zeros left behind
    no longer train.

    Parameters
    ----------
    layer : nn.RNN or nn.LSTM
        Changed in place.

    Raises
    ------
    BadArgument
        If ``layer`` is neither, or was made without biases. A GRU needs both: its reset gate
        acts on the second bias alone, and Keras' GRU trains two as well.

    Notes
    -----
    If both train, each takes a full Adam step, and their sum learns twice
    as fast. Taught in lesson 04b, `does-not-learn-like-keras`.
    """
    if not isinstance(layer, nn.RNN | nn.LSTM):
        why = " (a GRU needs its two biases: Keras' GRU trains both)"
        raise BadArgument(
            f"layer must be an nn.RNN or nn.LSTM, got {type(layer).__name__}"
            + (why if isinstance(layer, nn.GRU) else "")
        )
    _require_plain(layer, bias=(layer.bias, True))
    parameters = dict(layer.named_parameters())
    for name, second in parameters.items():
        if name.startswith("bias_hh"):
            parameters[name.replace("_hh_", "_ih_")].add_(second)
            second.zero_().requires_grad_(False)
            second.grad = None  # an old gradient would move it once more


def _checked(kind: str, weights: Sequence[Any]) -> list[np.ndarray]:
    names = ["kernel", "bias"] if kind == "Dense" else ["kernel", "recurrent kernel", "bias"]
    if len(weights) != len(names):
        raise BadArgument(
            f"weights must be {len(names)} arrays for {kind} ({', '.join(names)}), "
            f"got {len(weights)}"
        )
    numbers = list(weights)
    for place, (name, part) in enumerate(zip(names, numbers, strict=True)):
        if not isinstance(part, np.ndarray) or part.dtype != np.float32:
            raise BadArgument(
                f"weights[{place}] ({name}) must be a float32 array, got {seen(part)}"
            )
        if "kernel" in name and (part.ndim != 2 or 0 in part.shape):
            raise BadArgument(
                f"weights[{place}] ({name}) must have two axes and no empty one, got {part.shape}"
            )
    if kind == "Dense":
        wanted: list[tuple[int, ...]] = [numbers[0].shape, (numbers[0].shape[1],)]
    else:
        inputs, units = len(numbers[0]), len(numbers[1])
        columns = GATES[kind] * units
        if kind == "GRU" and numbers[2].shape == (columns,):
            raise BadArgument(NO_RESET_BEFORE.format(columns))
        bias = (2, columns) if kind == "GRU" else (columns,)
        wanted = [(inputs, columns), (units, columns), bias]
    for place, shape in enumerate(wanted):
        if numbers[place].shape != shape:
            raise BadArgument(
                f"weights[{place}] ({names[place]}) must have shape {shape}, "
                f"got {numbers[place].shape}"
            )
    return numbers


def _require_plain(layer: nn.Module, **settings: tuple[object, object]) -> None:
    for name, (found, wanted) in settings.items():
        if found != wanted:
            raise BadArgument(
                f"layer must have {name}={wanted}, got {name}={found} in {type(layer).__name__}"
            )


def _array(parameter: Tensor) -> np.ndarray:
    return parameter.detach().cpu().numpy().copy()


def _swap(columns: np.ndarray) -> np.ndarray:
    """Exchange the first two gates of a GRU: z, r, h to r, z, h, and back."""
    first, second, candidate = np.split(columns, 3, axis=-1)
    return np.concatenate([second, first, candidate], axis=-1)
