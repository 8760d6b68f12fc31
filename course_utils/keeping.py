"""Save a trained network with everything its forecasts need in one file, and go on from there.

Weights, state, scaling and transform belong in one file, because any one of them from another day
makes the forecast silently wrong. The file contains numbers and names, never code: it is read
with ``weights_only=True``. Taught in lesson 06a.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from course_utils.recurrent import Forecaster, State
from course_utils.series import Difference, Identity, Log, LogDifference, Root, Transform
from course_utils.signatures import BadArgument, Finite, Instance, Positive, checked

TRANSFORMS = {kind.__name__: kind for kind in (Identity, Log, Root, Difference, LogDifference)}
PARTS = {"network", "weights", "state", "mean", "spread", "transform"}


@checked
@dataclass(frozen=True)
class Kept:
    """A network and what belongs to it.

    Parameters
    ----------
    model : Forecaster
        Trained.
    mean, spread : float
        What the transformed series was standardised with.
    transform : Transform
        One of `series`.
    state : Tensor or (Tensor, Tensor), optional
        Where the network is in its stream; None if it starts from zeros.

    Notes
    -----
    Taught in lesson 06a, `outlook`.
    """

    model: Forecaster
    mean: Finite
    spread: Positive
    transform: Instance
    state: State | None = None


@checked
def keep(kept: Kept, path: str | Path) -> None:
    """Write all of it into one file.

    Parameters
    ----------
    kept : Kept
        The network and what belongs to it.
    path : str or Path
        Where to put it; an existing file is replaced.

    Raises
    ------
    BadArgument
        If the transform isn't one of the course's, because only its name is written.

    Notes
    -----
    Taught in lesson 06a, `outlook`.
    """
    name = type(kept.transform).__name__
    if TRANSFORMS.get(name) is not type(kept.transform):
        raise BadArgument(
            f"transform must be one of {', '.join(TRANSFORMS)}, got {name}: a file without code "
            "can only name what the course knows"
        )
    layer = kept.model.recurrent
    whole: dict[str, Any] = {
        "network": {
            "hidden": layer.hidden_size,
            "horizon": kept.model.readout.out_features,
            "cell": type(layer).__name__,
            "inputs": layer.input_size,
            "layers": layer.num_layers,
        },
        "weights": kept.model.state_dict(),
        "state": _plain(kept.state),
        "mean": float(kept.mean),
        "spread": float(kept.spread),
        "transform": {"name": name} | asdict(kept.transform),
    }
    torch.save(whole, path)


@checked
def go_on(path: str | Path) -> Kept:
    """Read what `keep` wrote: the network answers as if it had never stopped.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    Kept
        The model in evaluation mode.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    BadArgument
        If `keep` didn't write the file, or if it contains code.

    Notes
    -----
    Taught in lesson 06a, `outlook`.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f"path must be a file that keep() wrote, got {str(path)!r}: no such file"
        )
    try:
        whole = torch.load(path, weights_only=True)
    except Exception:  # whatever torch trips over, the file isn't ours
        raise BadArgument(
            f"path must be a file that keep() wrote, got {path.name!r}, which contains more than "
            "numbers and names; we didn't run any code in it"
        ) from None
    if not isinstance(whole, dict) or set(whole) != PARTS:
        raise BadArgument(
            f"path must be a file that keep() wrote, with {', '.join(sorted(PARTS))}, got "
            f"{path.name!r}"
        )
    model = Forecaster(**whole["network"])
    model.load_state_dict(whole["weights"])
    options = dict(whole["transform"])
    transform: Transform = TRANSFORMS[options.pop("name")](**options)
    state = whole["state"]
    model.eval()
    return Kept(
        model,
        whole["mean"],
        whole["spread"],
        transform,
        tuple(state) if isinstance(state, list) else state,
    )


def _plain(state: State | None) -> Tensor | list[Tensor] | None:
    if isinstance(state, tuple):
        return [part.detach().clone() for part in state]
    return None if state is None else state.detach().clone()
