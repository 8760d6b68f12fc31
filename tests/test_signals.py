"""Sine and cosine chunks: what follows what, and what is refused."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_utils.signals import sin_cos_chunks


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
    ("settings", "error", "message"),
    [
        ({"chunks": 0}, ValueError, "chunks must be at least 1, got 0"),
        ({"chunks": 2.0}, TypeError, "chunks must be an integer, got 2.0"),
        ({"chunks": True}, TypeError, "chunks must be an integer, got True"),
        ({"steps": 1}, ValueError, "steps must be at least 2, got 1"),
        ({"steps": "10"}, TypeError, "steps must be an integer, got '10'"),
        ({"span": 0.0}, ValueError, "span must be a finite number above 0, got 0.0"),
        ({"span": -1.0}, ValueError, "span must be a finite number above 0, got -1.0"),
        ({"span": float("nan")}, ValueError, "span must be a finite number above 0, got nan"),
        ({"start": float("inf")}, ValueError, "start must be a finite number, got inf"),
        ({"endpoint": 1}, TypeError, "endpoint must be True or False, got 1"),
    ],
)
def test_what_makes_no_chunks_is_refused(
    settings: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        sin_cos_chunks(**settings)
