"""Two real files for lesson 06a, written from what statsmodels brings along."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd


def write_co2(folder: Path | None = None) -> Path:
    """Write the weekly CO₂ at Mauna Loa, 1958 to 2001, as a file with real gaps.

    Parameters
    ----------
    folder : Path, optional
        Where; a fresh one unless given.

    Returns
    -------
    Path
        Of ``co2.csv``, with the columns ``week`` (a Saturday) and ``co2`` (parts per million).
    """
    from statsmodels.datasets import co2

    path = _folder(folder) / "co2.csv"
    co2.load_pandas().data.to_csv(path, index_label="week")
    return path


def write_economy(folder: Path | None = None) -> Path:
    """Write four quarterly columns on the economy of the United States, 1959 to 2009.

    Parameters
    ----------
    folder : Path, optional
        Where; a fresh one unless given.

    Returns
    -------
    Path
        Of ``economy.csv``, with the columns ``quarter``, ``unemployment`` (per cent), ``growth``
        (of the gross domestic product since the quarter before, per cent), ``interest`` and
        ``inflation`` (per cent a year).
    """
    from statsmodels.datasets import macrodata

    data = macrodata.load_pandas().data
    table = pd.DataFrame(
        {
            "quarter": [f"{y:.0f}Q{q:.0f}" for y, q in zip(data.year, data.quarter, strict=True)],
            "unemployment": data.unemp,
            "growth": (100 * np.log(data.realgdp).diff()).round(3),
            "interest": data.tbilrate,
            "inflation": data.infl,
        }
    )
    path = _folder(folder) / "economy.csv"
    table.iloc[1:].to_csv(path, index=False)
    return path


def _folder(folder: Path | None) -> Path:
    return Path(tempfile.mkdtemp()) if folder is None else folder
