"""One file for weights, state, scaling and transform: exact, and without code."""

import pickle
from pathlib import Path

import pytest
import torch

from course_utils.keeping import TRANSFORMS, Kept, go_on, keep
from course_utils.recurrent import Forecaster
from course_utils.series import Difference, Identity, Log, LogDifference, Root

EACH = (Identity(), Log(), Root(), Difference(11), LogDifference(12))


@pytest.mark.parametrize("cell", ["RNN", "GRU", "LSTM"])
@pytest.mark.parametrize("layers", [1, 2])
def test_it_goes_on_exactly_where_it_stopped(cell, layers, tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = Forecaster(5, horizon=3, cell=cell, inputs=2, layers=layers)
    first, second = torch.randn(1, 7, 2), torch.randn(1, 4, 2)
    with torch.no_grad():
        _, state = model(first)
        wanted, end = model(second, state)
        keep(Kept(model, 1.25, 0.1, Difference(4), state), tmp_path / "kept.pt")
        kept = go_on(tmp_path / "kept.pt")
        said, there = kept.model(second, kept.state)
    assert torch.equal(said, wanted)
    for one, other in zip(
        *((s if isinstance(s, tuple) else (s,)) for s in (there, end)), strict=True
    ):
        assert torch.equal(one, other)
    assert (kept.mean, kept.spread, kept.transform) == (1.25, 0.1, Difference(4))
    assert not kept.model.training


@pytest.mark.parametrize("transform", EACH, ids=lambda t: type(t).__name__)
def test_every_transform_comes_back_with_its_lag(transform, tmp_path: Path) -> None:
    keep(Kept(Forecaster(2), 0.0, 1.0, transform), tmp_path / "kept.pt")
    kept = go_on(tmp_path / "kept.pt")
    assert kept.transform == transform
    assert kept.state is None
    assert {type(each) for each in EACH} == set(TRANSFORMS.values())


class Harm:
    def __reduce__(self):
        return (Path.touch, (Path("harm-was-done"),))


@pytest.mark.parametrize("what", ["code", "text", "empty", "other numbers"])
def test_a_file_with_code_or_anything_else_is_refused(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "kept.pt"
    if what == "code":
        torch.save({"weights": Harm()}, file)
    elif what == "other numbers":
        torch.save({"weights": torch.ones(2)}, file)
    else:
        file.write_bytes(pickle.dumps(Harm()) if what == "text" else b"")
    with pytest.raises(
        ValueError, match=r"path must be a file that keep\(\) wrote,.* got 'kept.pt'"
    ):
        go_on(file)
    assert not Path("harm-was-done").exists()


def test_what_cannot_be_named_is_not_kept(tmp_path: Path) -> None:
    class Own:
        """A transform of one's own."""

    with pytest.raises(ValueError, match=r"transform must be one of Identity, Log, .* got Own"):
        keep(Kept(Forecaster(2), 0.0, 1.0, Own()), tmp_path / "kept.pt")
    with pytest.raises(FileNotFoundError, match=r"path must be a file that keep\(\) wrote"):
        go_on(tmp_path / "nothing.pt")
