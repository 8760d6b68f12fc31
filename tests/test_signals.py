"""Made signals: what follows what, and what is refused."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.signals import cue_chunks, sin_cos_chunks, stateful_batches


def test_the_published_chunks() -> None:
    times, inputs, targets = sin_cos_chunks()
    assert times.shape == (100, 10)
    assert inputs.shape == targets.shape == (100, 1, 10, 1)
    assert times.dtype == np.float32
    assert inputs.dtype == targets.dtype == torch.float32
    # By hand: chunk 1 starts at π, and its second sample lies π/10 further on.
    assert times[1, 0] == pytest.approx(3.14159, abs=1e-5)
    assert times[1, 1] == pytest.approx(3.45575, abs=1e-5)
    assert inputs[1, 0, 1, 0].item() == pytest.approx(-0.309017, abs=1e-5)
    assert targets[1, 0, 1, 0].item() == pytest.approx(-0.951057, abs=1e-5)


@settings(deadline=None)
@given(
    chunks=st.integers(2, 30),
    steps=st.integers(2, 40),
    span=st.floats(0.1, 10),
    start=st.floats(-20, 20),
)
def test_without_the_endpoint_time_goes_on_evenly(
    chunks: int, steps: int, span: float, start: float
) -> None:
    times = sin_cos_chunks(chunks, steps, span=span, start=start).times.astype(float).ravel()
    np.testing.assert_allclose(np.diff(times), span / steps, atol=1e-4)
    assert times[0] == pytest.approx(start, abs=1e-5)


@settings(deadline=None)
@given(chunks=st.integers(2, 30), steps=st.integers(2, 40), span=st.floats(0.1, 10))
def test_with_the_endpoint_a_sample_is_repeated_at_every_border(
    chunks: int, steps: int, span: float
) -> None:
    times, inputs, targets = sin_cos_chunks(chunks, steps, span=span, endpoint=True)
    np.testing.assert_array_equal(times[1:, 0], times[:-1, -1])
    assert torch.equal(inputs[1:, :, 0], inputs[:-1, :, -1])
    assert torch.equal(targets[1:, :, 0], targets[:-1, :, -1])
    np.testing.assert_allclose(np.diff(times, axis=1), span / (steps - 1), atol=1e-4)


def test_inputs_are_the_sine_and_targets_the_cosine_of_the_times() -> None:
    times, inputs, targets = sin_cos_chunks(5, 7, span=2.0, start=0.3)
    for number in range(5):
        np.testing.assert_array_equal(inputs[number, 0, :, 0], np.sin(times[number]))
        np.testing.assert_array_equal(targets[number, 0, :, 0], np.cos(times[number]))


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"chunks": 0}, ValueError, "chunks must be a whole number, at least 1, got 0"),
        ({"chunks": 2.0}, TypeError, r"chunks must be a whole number, at least 1, got 2\.0"),
        ({"chunks": True}, TypeError, "chunks must be a whole number, at least 1, got True"),
        ({"steps": 1}, ValueError, "steps must be at least 2, got 1"),
        ({"steps": "10"}, TypeError, "steps must be a whole number, at least 1, got '10'"),
        ({"span": 0.0}, ValueError, "span must be a finite number above 0, got 0.0"),
        ({"span": -1.0}, ValueError, "span must be a finite number above 0, got -1.0"),
        ({"span": float("nan")}, ValueError, "span must be a finite number above 0, got nan"),
        ({"start": float("inf")}, ValueError, "start must be a finite number, got inf"),
        ({"endpoint": 1}, TypeError, "endpoint must be True or False, got 1"),
    ],
)
def test_what_makes_no_chunks_is_refused(
    wrong: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        sin_cos_chunks(**wrong)


# ---- batches as get_batch makes them


def published_get_batch(start: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The published rule, written out once more: 1000 samples from ``start`` on, folded."""
    xs = np.arange(start, start + 20 * 50).reshape((50, 20)) / (10 * np.pi)
    return np.sin(xs)[:, :, np.newaxis], np.cos(xs)[:, :, np.newaxis], xs


def test_the_published_batches() -> None:
    times, inputs, targets = stateful_batches()
    assert times.shape == (501, 20)
    assert inputs.shape == targets.shape == (501, 50, 20, 1)
    assert times.dtype == np.float32
    assert inputs.dtype == targets.dtype == torch.float32
    for number in (0, 1, 500):
        seq, res, xs = published_get_batch(20 * number)
        np.testing.assert_allclose(inputs[number], seq, atol=1e-6)
        np.testing.assert_allclose(targets[number], res, atol=1e-6)
        np.testing.assert_allclose(times[number], xs[0], rtol=1e-6)
    # By hand: batch 1, row 2, step 3 is sample 20 + 40 + 3.
    assert inputs[1, 2, 3, 0].item() == pytest.approx(np.sin(63 / (10 * np.pi)), abs=1e-6)


@settings(deadline=None)
@given(
    chunks=st.integers(2, 6),
    batch=st.integers(1, 5),
    steps=st.integers(1, 7),
    advance=st.integers(0, 40),
    start=st.floats(0, 100),
)
def test_every_sample_stands_where_batch_row_and_step_say(
    chunks: int, batch: int, steps: int, advance: int, start: float
) -> None:
    made = stateful_batches(
        chunks, batch=batch, steps=steps, advance=advance, spacing=0.05, start=start
    )
    for number in range(chunks):
        for row in range(batch):
            sample = start + number * advance + row * steps + np.arange(steps)
            np.testing.assert_allclose(
                made.inputs[number, row, :, 0], np.sin(0.05 * sample), atol=1e-6
            )
            np.testing.assert_allclose(
                made.targets[number, row, :, 0], np.cos(0.05 * sample), atol=1e-6
            )
    np.testing.assert_allclose(
        made.times,
        0.05 * (start + advance * np.arange(chunks)[:, None] + np.arange(steps)),
        atol=1e-5,
    )
    same = stateful_batches(chunks, batch=batch, steps=steps, spacing=0.05, start=start)
    assert torch.equal(same.inputs[1:, :-1], same.inputs[:-1, 1:]), "all rows but one come again"


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"chunks": 0}, ValueError, "chunks must be a whole number, at least 1, got 0"),
        ({"batch": 0}, ValueError, "batch must be a whole number, at least 1, got 0"),
        ({"batch": 5.0}, TypeError, r"batch must be a whole number, at least 1, got 5\.0"),
        ({"steps": 0}, ValueError, "steps must be a whole number, at least 1, got 0"),
        (
            {"advance": -1},
            ValueError,
            "advance must be a whole number, at least 0, or None, got -1",
        ),
        (
            {"advance": 0.5},
            TypeError,
            r"advance must be a whole number, at least 0, or None, got 0\.5",
        ),
        ({"spacing": 0.0}, ValueError, "spacing must be a finite number above 0, got 0.0"),
        ({"spacing": float("inf")}, ValueError, "spacing must be a finite number above 0, got inf"),
        ({"start": float("nan")}, ValueError, "start must be a finite number, got nan"),
    ],
)
def test_what_makes_no_batches_is_refused(
    wrong: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        stateful_batches(**wrong)


# ---- cues


@settings(deadline=None)
@given(
    chunks=st.integers(1, 20),
    memory=st.integers(1, 6),
    batch=st.integers(1, 4),
    steps=st.integers(1, 5),
    seed=st.integers(0, 99),
)
def test_the_answer_is_the_last_cue(
    chunks: int, memory: int, batch: int, steps: int, seed: int
) -> None:
    made = cue_chunks(chunks, memory, torch.Generator().manual_seed(seed), batch=batch, steps=steps)
    assert made.inputs.shape == made.targets.shape == (chunks, batch, steps, 1)
    last = [0.0] * batch
    for number in range(chunks):
        for row in range(batch):
            for step in range(steps):
                seen = made.inputs[number, row, step, 0].item()
                is_cue = number % (memory + 1) == 0 and step == 0
                assert (abs(seen) == 1) == is_cue
                last[row] = seen if is_cue else last[row]
                assert made.targets[number, row, step, 0].item() == last[row]
    assert made.times.ravel().tolist() == list(range(chunks * steps))


def test_cues_are_fair_independent_and_their_generators_own() -> None:
    first = cue_chunks(400, 1, torch.Generator().manual_seed(0)).targets
    assert abs(first.mean().item()) < 0.05
    columns = first[::2, :2, 0, 0]
    assert abs((columns[:, 0] * columns[:, 1]).mean().item()) < 0.2
    torch.manual_seed(7)
    again = cue_chunks(400, 1, torch.Generator().manual_seed(0)).targets
    assert torch.equal(first, again)
    other = cue_chunks(400, 1, torch.Generator().manual_seed(1)).targets
    assert not torch.equal(first, other)


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (
            {"chunks": 0, "memory": 1},
            ValueError,
            "chunks must be a whole number, at least 1, got 0",
        ),
        (
            {"chunks": 4, "memory": 0},
            ValueError,
            "memory must be a whole number, at least 1, got 0",
        ),
        (
            {"chunks": 4, "memory": 1.5},
            TypeError,
            r"memory must be a whole number, at least 1, got 1\.5",
        ),
        (
            {"chunks": 4, "memory": 1, "batch": 0},
            ValueError,
            "batch must be a whole number, at least 1, got 0",
        ),
        (
            {"chunks": 4, "memory": 1, "steps": 0},
            ValueError,
            "steps must be a whole number, at least 1, got 0",
        ),
    ],
)
def test_what_makes_no_cues_is_refused(
    wrong: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        cue_chunks(generator=torch.Generator(), **wrong)
