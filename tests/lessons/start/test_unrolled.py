"""Lesson 00's explorer: a recurrent network of one unit, and what its memory tells apart."""

import pytest
import torch

from course_utils.lessons.start.explore_unrolled import (
    FALLING,
    MEMORIES,
    RISING,
    SINE,
    memory_needed,
    read,
)


@pytest.mark.parametrize("memory", MEMORIES)
def test_the_unrolled_network_is_an_rnn_of_one_unit(memory: float) -> None:
    layer = torch.nn.RNN(1, 1, bias=False)
    with torch.no_grad():
        layer.weight_ih_l0.fill_(1.0)
        layer.weight_hh_l0.fill_(memory)
        output, _ = layer(torch.tensor(SINE, dtype=torch.float32)[:, None])
    assert output[:, 0].tolist() == pytest.approx(read(memory), abs=1e-6)


def test_any_memory_tells_rising_from_falling_and_more_tells_it_better() -> None:
    assert SINE[RISING] == pytest.approx(0.5)
    assert SINE[FALLING] == pytest.approx(0.5)
    assert SINE[RISING + 1] > 0.5 > SINE[FALLING + 1]
    apart = [states[FALLING] - states[RISING] for states in map(read, MEMORIES)]
    assert apart[0] == pytest.approx(0)
    assert apart == sorted(apart)
    assert apart[1] > 0.1
    assert memory_needed() == MEMORIES[1]
