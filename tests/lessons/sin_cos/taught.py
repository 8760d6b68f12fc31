"""What lessons 03a and 03b write out, each with what the package keeps."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from course_utils import recurrent, signals, training
from course_utils.lessons.sin_cos import studies
from course_utils.lessons.sin_cos.exercises.read_out import directly, in_a_loop
from course_utils.lessons.sin_cos.exercises.start_state import start_state
from course_utils.lessons.sin_cos.exercises.to_batch_first import to_batch_first
from tests.taught import Taught

PUBLISHED = signals.sin_cos_chunks(endpoint=True)
REPAIRED = signals.sin_cos_chunks()


def names_of_a() -> dict[str, Any]:
    """Give the names that the cells of 03a have made before they are used."""
    return {
        "INPUT_SIZE": 1,
        "TIME_STEP": 10,
        "LR": 0.02,
        "x_all": PUBLISHED.inputs,
        "y_all": PUBLISHED.targets,
    }


def names_of_b() -> dict[str, Any]:
    """Give the names that the cells of 03b have made before they are used."""
    return {"LR": 0.02, "spacing": np.pi / 10, "chunks": REPAIRED, "start_state": start_state}


class Network(nn.Module):
    """The course's network, with the names that the lesson gives to its parts."""

    def __init__(self, turn: object = None) -> None:
        super().__init__()
        kept = recurrent.SequenceModel()
        self.rnn, self.out = kept.recurrent, kept.readout
        self.forward = kept.forward


def first(chunks: signals.Chunks, count: int) -> signals.Chunks:
    return signals.Chunks(*(part[:count] for part in chunks))


def published_chunk(step: int) -> tuple[Any, ...]:
    times, inputs, targets = (part[step] for part in PUBLISHED)
    return times, inputs[0, :, 0].numpy(), targets[0, :, 0].numpy()


def chunk_times(number: int, steps: int, span: float) -> np.ndarray:
    return signals.sin_cos_chunks(number + 1, steps, span=span).times[number]


def train(model: nn.Module, inputs: Tensor, targets: Tensor, rate: float) -> tuple[Any, Any]:
    run, state = training.fit_chunks(model, inputs, targets, optimizer=training.adam(rate))
    return run.losses, state


def first_losses(rule: training.Rule, seed: int, updates: int) -> list[float]:
    return studies.train_seed(seed, first(REPAIRED, updates), rule).losses


def model() -> recurrent.SequenceModel:
    torch.manual_seed(5)
    return recurrent.SequenceModel()


def one_reading() -> list[tuple[Any, ...]]:
    torch.manual_seed(3)
    rows = torch.randn(4, 10, 1, requires_grad=True)
    return [(rows, None), (rows, torch.randn(1, 4, 32, requires_grad=True))]


def of_many_rows() -> list[tuple[Any, ...]]:
    torch.manual_seed(0)
    r_out = torch.randn(6, 3, 4).transpose(0, 1).requires_grad_()
    return [(r_out, nn.Linear(4, 2)), (r_out, nn.Linear(4, 1))]


def states() -> list[tuple[Any, ...]]:
    h, c = (torch.randn(1, 2, 3, requires_grad=True) for _ in range(2))
    return [(h,), ((h, c),)]


def looks() -> Iterator[tuple[Any, ...]]:
    _, inputs, targets = first(REPAIRED, 6)
    yield model(), inputs, targets
    yield model(), inputs, targets, torch.randn(1, 1, 32)


TAUGHT = [
    Taught(
        lesson="03a",
        name="published_chunk",
        helper=published_chunk,
        calls=lambda: [(number,) for number in (0, 1, 37, 99)],
        space=names_of_a,
    ),
    Taught(
        lesson="03a",
        name="RNN",
        helper=Network,
        calls=lambda: [()],
        then=one_reading,
        space=names_of_a,
    ),
    Taught(
        lesson="03a",
        name="TimeFirst",
        helper=Network,
        calls=lambda: [(to_batch_first,)],
        then=one_reading,
        space=names_of_a,
    ),
    Taught(lesson="03a", name="read_out", helper=in_a_loop, calls=of_many_rows),
    Taught(lesson="03a", name="read_out", helper=directly, calls=of_many_rows),
    Taught(
        lesson="03a",
        name="train",
        helper=train,
        calls=lambda: [(model(), *first(REPAIRED, 8)[1:], 0.02)],
    ),
    Taught(lesson="03a", name="cut", helper=recurrent.detach, calls=states),
    Taught(
        lesson="03b",
        name="chunk_times",
        helper=chunk_times,
        calls=lambda: [(number, 10, np.pi) for number in (0, 1, 99)],
    ),
    Taught(
        lesson="03b",
        name="first_losses",
        helper=first_losses,
        calls=lambda: [(rule, 4, 6) for rule in studies.RULES],
        space=names_of_b,
    ),
    Taught(lesson="03b", name="evaluate", helper=training.evaluate_chunks, calls=looks),
]
