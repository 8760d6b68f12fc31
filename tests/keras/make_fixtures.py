"""What real Keras computes, written down for data/keras: python make_fixtures.py FOLDER

Runs in .venv-keras (see `make test-keras`), which holds no torch and none of the course.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

# Said before TensorFlow is loaded: what Keras stands on, no graphics card, and no chatter.
os.environ.update(
    KERAS_BACKEND="tensorflow",
    CUDA_VISIBLE_DEVICES="-1",
    TF_CPP_MIN_LOG_LEVEL="3",
    TF_ENABLE_ONEDNN_OPTS="0",  # with them, TensorFlow adds up in another order on each processor
)

import keras
import numpy as np
import tensorflow as tf

tf.get_logger().setLevel("ERROR")

BATCHES, READ, LEARNING_RATE, SEED = 20, 3, 0.006, 1337
# Batch, steps, inputs, hidden, outputs.
SIZES = {
    "tutorial": (50, 20, 1, 20, 1),
    "one step": (2, 1, 1, 2, 1),
    "three inputs": (7, 5, 3, 11, 2),
    "one row": (1, 10, 1, 32, 1),
    "many inputs": (4, 6, 30, 8, 5),
    "long": (3, 80, 2, 6, 1),
}
KINDS = {
    "SimpleRNN": keras.layers.SimpleRNN,
    "GRU": keras.layers.GRU,
    "LSTM": keras.layers.LSTM,
}
RESET_BEFORE = "GRU reset before"


def kinds_of(size: str) -> list[str]:
    """List the layers that are tried at a size."""
    return [*KINDS, RESET_BEFORE] if size == "three inputs" else list(KINDS)


def make_data(size: str) -> list[np.ndarray]:
    """Make the inputs and the targets: the tutorial's waves, or noise."""
    batch, steps, inputs, _, outputs = SIZES[size]
    if size == "tutorial":
        starts = steps * np.arange(BATCHES).reshape(-1, 1, 1, 1)
        times = (starts + np.arange(batch * steps).reshape(batch, steps, 1)) / (10 * np.pi)
        return [np.sin(times).astype(np.float32), np.cos(times).astype(np.float32)]
    draw = np.random.default_rng(SEED)
    # Sixteenths: exact in 32 bits, and small in a packed file.
    return [
        draw.integers(-16, 17, (BATCHES, batch, steps, width)).astype(np.float32) / 16
        for width in (inputs, outputs)
    ]


def make_model(size: str, kind: str) -> keras.Sequential:
    """Make the network: all of Keras' defaults, except what is named here."""
    batch, steps, inputs, hidden, outputs = SIZES[size]
    keras.utils.set_random_seed(SEED)
    settings: dict[str, Any] = {"return_sequences": True, "stateful": True}
    if kind == RESET_BEFORE:
        layer = keras.layers.GRU(hidden, reset_after=False, **settings)
    else:
        layer = KINDS[kind](hidden, **settings)
    model = keras.Sequential(
        [keras.Input(batch_shape=(batch, steps, inputs)), layer, keras.layers.Dense(outputs)]
    )
    if size != "tutorial":
        # Keras starts with biases of zero, which would hide a bias in the wrong place.
        draw = np.random.default_rng(SEED)
        for part in model.layers:
            *kernels, bias = part.get_weights()
            part.set_weights([*kernels, bias + draw.integers(-8, 9, bias.shape) / 16])
    model.compile(optimizer=keras.optimizers.Adam(LEARNING_RATE), loss="mse")
    return model


def run(size: str, kind: str, inputs: np.ndarray, targets: np.ndarray) -> dict[str, np.ndarray]:
    """Read three batches, then train on all twenty; the state is carried, from zero each time."""
    model = make_model(size, kind)
    layer, dense = model.layers
    names = ("kernel", "recurrent kernel", "bias", "dense kernel", "dense bias")
    found = dict(zip(names, [*layer.get_weights(), *dense.get_weights()], strict=True))
    outputs, states = [], []
    for x in inputs[:READ]:
        outputs.append(model.predict_on_batch(x))
        states.append([part.value.numpy().copy() for part in layer.states])
    found["outputs"] = np.stack(outputs)
    for name, parts in zip("hc", zip(*states, strict=True), strict=False):
        found[name] = np.stack(parts)
    layer.reset_state()
    losses = [model.train_on_batch(x, y) for x, y in zip(inputs, targets, strict=True)]
    return found | {"losses": np.array(losses, np.float32)}


def write(size: str, folder: Path) -> Path:
    """Write all that Keras computes at one size into one file."""
    inputs, targets = make_data(size)
    about = {
        "made by": "tests/keras/make_fixtures.py",
        "versions": {
            "keras": keras.__version__,
            "tensorflow": tf.__version__,
            "numpy": np.__version__,
        },
        "batch, steps, inputs, hidden, outputs": SIZES[size],
        "kinds": kinds_of(size),
        "learning rate": LEARNING_RATE,
    }
    found = {"about": np.array(json.dumps(about)), "inputs": inputs, "targets": targets}
    for kind in kinds_of(size):
        numbers = run(size, kind, inputs, targets)
        found |= {f"{kind}: {name}": part for name, part in numbers.items()}
    path = folder / f"{size.replace(' ', '_')}.npz"
    np.savez_compressed(path, **found)
    return path


if __name__ == "__main__":
    for size in SIZES:
        print("wrote", write(size, Path(sys.argv[1])))
