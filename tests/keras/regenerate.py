"""Real Keras, asked again: what data/keras holds is what it says. Run by `make test-keras`.

The name keeps `make test` from collecting this file: it needs .venv-keras.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.keras.make_fixtures import SIZES, write

STORED = Path(__file__).resolve().parents[2] / "data" / "keras"


def test_a_file_for_each_size_and_no_other() -> None:
    assert sorted(path.stem.replace("_", " ") for path in STORED.iterdir()) == sorted(SIZES)


@pytest.mark.parametrize("size", SIZES)
def test_keras_says_it_again(size: str, tmp_path: Path) -> None:
    path = write(size, tmp_path)
    with np.load(path) as now, np.load(STORED / path.name) as then:
        assert json.loads(str(now["about"])) == json.loads(str(then["about"]))
        assert sorted(now) == sorted(then)
        for name in set(now) - {"about"}:
            # Training lets the last bit of a sum grow, and processors add up in different orders.
            atol, rtol = (5e-6, 1e-5) if name.endswith("losses") else (1e-6, 0)
            np.testing.assert_allclose(now[name], then[name], rtol, atol, err_msg=name)
