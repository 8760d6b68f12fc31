"""Several columns: a scaler for each, windows over all, one brought back, nothing from later."""

import numpy as np
import pandas as pd
import pytest

from course_utils import forecasting, series
from course_utils.columns import Columns, ColumnScaler, column_windows

RNG = np.random.default_rng(0)
MONTHS = pd.period_range("2020-01", periods=40, freq="M")
FRAME = pd.DataFrame(
    {"sales": RNG.normal(size=40) + 5, "price": 1e6 * RNG.normal(size=40)}, index=MONTHS
)
SPLIT = series.split_in_time(FRAME, test=10)


def test_every_column_is_scaled_by_itself_and_comes_back_by_itself() -> None:
    scaler = ColumnScaler(SPLIT).fit(SPLIT.train)
    scaled = scaler.transform(SPLIT.train)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(scaled.std(axis=0), 1)
    for place, name in enumerate(FRAME):
        np.testing.assert_allclose(scaler.inverse(scaled[:, place], name), SPLIT.train[name])
    wrong = scaler.inverse(scaled[:, 0], "price")
    assert not np.allclose(wrong, SPLIT.train["sales"])


def test_the_scaler_refuses_to_see_the_test_part() -> None:
    with pytest.raises(ValueError, match=r"frame must end by 2022-06.*would see the test part"):
        ColumnScaler(SPLIT).fit(FRAME)
    other = FRAME.copy()
    other.iloc[30:] = 1e9
    one, two = (
        ColumnScaler(series.split_in_time(frame, 10)).fit(frame.iloc[:30])
        for frame in (FRAME, other)
    )
    np.testing.assert_array_equal(one.transform(SPLIT.train), two.transform(SPLIT.train))


def test_what_cannot_be_scaled_is_refused() -> None:
    scaler = ColumnScaler(SPLIT)
    with pytest.raises(RuntimeError, match="not fitted yet"):
        scaler.transform(SPLIT.train)
    with pytest.raises(ValueError, match="column 'price' must change"):
        scaler.fit(SPLIT.train.assign(price=3.0))
    with pytest.raises(ValueError, match="price must be finite"):
        scaler.fit(SPLIT.train.assign(price=np.nan))
    scaler.fit(SPLIT.train)
    with pytest.raises(ValueError, match=r"columns \['sales', 'price'\] in this order"):
        scaler.transform(SPLIT.train[["price", "sales"]])
    with pytest.raises(ValueError, match="column must be one of"):
        scaler.inverse(np.zeros(3), "profit")
    with pytest.raises(ValueError, match="split must be of a pandas DataFrame"):
        ColumnScaler(series.split_in_time(FRAME["sales"], 4))


def test_windows_read_all_columns_and_forecast_one() -> None:
    values = np.arange(20.0).reshape(10, 2)
    inputs, targets = column_windows(values, 1, window=3, horizon=2)
    assert (inputs.shape, targets.shape) == ((6, 3, 2), (6, 2))
    np.testing.assert_array_equal(inputs[4], values[4:7])
    np.testing.assert_array_equal(targets[4], values[7:9, 1])
    with pytest.raises(ValueError, match="target must be 0 to 1, got 2"):
        column_windows(values, 2, 3)
    with pytest.raises(ValueError, match="at least window"):
        column_windows(values, 0, 9, 2)


def test_a_network_reads_the_rows_before_the_origin_and_not_one_more() -> None:
    past = FRAME["sales"].to_numpy()[:30]
    other = FRAME.copy()
    other.iloc[30:] = -1e9
    said = [
        forecasting.Network(
            Columns(frame, "sales"), window=4, hidden=2, epochs=2, cell="RNN", seeds=(0, 1)
        )(past, 3)
        for frame in (FRAME, other)
    ]
    assert said[0].shape == (2, 3)
    np.testing.assert_array_equal(*said)
    assert 0 < said[0].min() < said[0].max() < 10  # in units of sales, not of prices
    changed = FRAME.copy()
    changed.iloc[29, 1] *= -3
    network = forecasting.Network(
        Columns(changed, "sales"), window=4, hidden=2, epochs=2, cell="RNN", seeds=(0, 1)
    )
    assert not np.array_equal(network(past, 3), said[0])


def test_columns_of_another_series_are_refused() -> None:
    form = Columns(FRAME, "sales")
    with pytest.raises(ValueError, match="these columns belong to another series"):
        form.pairs(FRAME["sales"].to_numpy()[:20] + 1, 4, 2)
    with pytest.raises(ValueError, match="these columns belong to another series"):
        form.pairs(np.append(FRAME["sales"].to_numpy(), 1.0), 4, 2)
    with pytest.raises(ValueError, match="target must be one of"):
        Columns(FRAME, "profit").pairs(FRAME["sales"].to_numpy()[:20], 4, 2)
