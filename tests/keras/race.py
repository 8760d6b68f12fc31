"""The published tutorial in real Keras, for `make bench`: trains when told to.

Each line on stdin is "STEPS" or "STEPS predict"; the answer on stdout, when the
steps are done, is the last cost. Runs in .venv-keras.
"""

import sys

import numpy as np
from make_fixtures import keras, make_model


def train(model: keras.Sequential, steps: int, predict: bool) -> float:
    """Do so many steps, with the published prediction after each or without."""
    cost = float("nan")
    for step in range(steps):
        times = (20 * step + np.arange(1000)).reshape(50, 20, 1) / (10 * np.pi)
        x, y = np.sin(times).astype(np.float32), np.cos(times).astype(np.float32)
        cost = float(model.train_on_batch(x, y))
        if predict:
            model.predict(x, 50, verbose=0)
    return cost


if __name__ == "__main__":
    # One model for all: a few seconds of tracing at its first step are no part of the race.
    tutorial = make_model("tutorial", "LSTM")
    for line in sys.stdin:
        steps, *rest = line.split()
        print(train(tutorial, int(steps), rest == ["predict"]), flush=True)
