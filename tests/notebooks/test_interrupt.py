"""Interrupt, pressed in a real kernel: training stops in a moment, and what was learnt stays."""

import os
import time
from collections.abc import Iterator

import pytest
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel

SETTING = """
import matplotlib.pyplot as plt
import torch
from functools import partial
from course_utils import ensembles, live, recurrent, signals, training
from course_utils.lessons.elman import network

chunks = signals.sin_cos_chunks(200_000)
model, plot = recurrent.SequenceModel(), None
"""
# Slowed down for people who watch, then at full speed; then without a plot, and without torch.
RUNS = {
    "watched": """
with live.LivePlot(chunks, seconds=600) as plot:
    run, state = training.fit_chunks(
        model, chunks.inputs, chunks.targets, optimizer=training.adam(0.02), on_step=plot
    )
""",
    "at full speed": """
with live.LivePlot(chunks) as plot:
    run, state = training.fit_chunks(
        model, chunks.inputs, chunks.targets, optimizer=training.adam(0.02), on_step=plot
    )
""",
    "windows": """
windows = chunks.inputs[:500, 0]
model = recurrent.Forecaster(8)
run = training.fit_windows(
    model, windows, windows[:, -1], epochs=10**6, optimizer=training.adam(0.01)
)
""",
    "seeds": """
windows = chunks.inputs[:50, 0]
run = ensembles.train_seeds(
    partial(recurrent.Forecaster, 8), windows, windows[:, -1],
    seeds=range(10), epochs=10**6, optimizer=training.adam(0.01),
)
model = run.models[0]
""",
    "by hand": """
points = network.sine_points()
run = network.train(
    points[:-1], points[1:], *network.initial_weights(range(4)), rate=0.01, epochs=10**6
)
""",
}
AFTER = """
import numpy as np
losses = np.ravel(run.losses)
losses = losses[np.isfinite(losses)]
y, _ = model(chunks.inputs[0])
assert run.interrupted
assert 20 < len(losses) < 10**6
assert torch.isfinite(y).all()
if plot is not None:
    # Interrupt may come when the last update is noted in one place and not yet in the other.
    seen = len(plot.losses)
    assert len(losses) - 1 <= seen <= len(losses)
    assert plot.losses == run.losses[:seen]
    errors = np.square(plot.predictions[:seen] - chunks.targets[:seen, 0, :, 0].numpy())
    assert np.allclose(errors.mean(1), plot.losses, rtol=1e-3, atol=1e-7)
    assert model(chunks.inputs[len(losses)], state)[0].shape == (1, 10, 1)
print("usable")
"""
BAR_MOVES = 15  # of the progress bar, before Interrupt is pressed: some two seconds
LIMIT_SECONDS = 1.0


@pytest.fixture(scope="module")
def kernel() -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    # Not quiet: somebody watches, so that bars and pictures are in the way as in JupyterLab.
    manager, client = start_new_kernel(
        kernel_name="python3", env={**os.environ, "UNROLLED_QUIET": ""}
    )
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def messages(client: BlockingKernelClient, asked: str) -> Iterator[dict]:
    """Listen to what a cell says, until the kernel is idle again."""
    while True:
        message = client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") == asked:
            yield message
            if message["content"].get("execution_state") == "idle":
                return


def text_of(message: dict) -> str:
    """Take what was printed, or the error."""
    content = message["content"]
    return content.get("text", "") or "\n".join(content.get("traceback", []))


def printed(client: BlockingKernelClient, source: str) -> list[str]:
    heard = messages(client, client.execute(source))
    return [text for text in map(text_of, heard) if text]


def seconds_to_stop(kernel: tuple[KernelManager, BlockingKernelClient], name: str) -> float:
    manager, client = kernel
    assert printed(client, SETTING) == []
    cell = messages(client, client.execute(RUNS[name]))
    moves = (message for message in cell if message["msg_type"] == "comm_msg")
    for _ in range(BAR_MOVES):
        next(moves)
    pressed = time.monotonic()
    manager.interrupt_kernel()
    rest = list(cell)
    took = time.monotonic() - pressed
    print(f"{name}: idle {took:.2f} s after Interrupt")
    assert [text_of(message) for message in rest if text_of(message)] == []
    assert printed(client, AFTER) == ["usable\n"]
    return took


@pytest.mark.parametrize("name", RUNS)
def test_interrupt_stops_training_within_a_second(
    kernel: tuple[KernelManager, BlockingKernelClient], name: str
) -> None:
    took = seconds_to_stop(kernel, name)
    if took >= LIMIT_SECONDS:  # a busy machine may be late once, training that does not stop always
        took = seconds_to_stop(kernel, name)
    assert took < LIMIT_SECONDS
