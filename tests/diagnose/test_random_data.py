"""No false alarm on right data and forecasts of any kind."""

from statistics import NormalDist

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.diagnose.data import data
from course_utils.diagnose.forecast import forecast

KINDS = st.sampled_from(["noise", "walk", "season", "sine", "line", "counts", "switch", "constant"])


def make(kind: str, samples: int, random: np.random.Generator) -> np.ndarray:
    t = np.arange(samples)
    return {
        "noise": lambda: random.normal(size=samples),
        "walk": lambda: random.normal(size=samples).cumsum() + 50,
        "season": lambda: 20 + 3 * np.sin(t / 2) + 0.02 * t + random.normal(size=samples),
        "sine": lambda: np.sin(2 * np.pi * t / random.integers(3, 15)),
        "line": lambda: 3.0 * t + 1,
        "counts": lambda: random.poisson(2, samples).astype(float),
        "switch": lambda: (random.random(samples) > 0.7) * 1.0,
        "constant": lambda: np.full(samples, 4.0),
    }[kind]()


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    kind=KINDS,
    seed=st.integers(0, 10_000),
    columns=st.integers(1, 3),
    steps=st.integers(2, 20),
    labels=st.integers(1, 6),
    gap=st.integers(0, 4),
    stride=st.integers(1, 15),
    scaling=st.sampled_from(["raw", "standard", "range", "by window", "logarithm", "changes"]),
    raw_labels=st.booleans(),
    shuffled=st.booleans(),
    dtype=st.sampled_from([np.float32, np.float64]),
    timed=st.booleans(),
    embargo=st.integers(0, 10),
)
def test_right_windows(
    kind,
    seed,
    columns,
    steps,
    labels,
    gap,
    stride,
    scaling,
    raw_labels,
    shuffled,
    dtype,
    timed,
    embargo,
) -> None:
    random = np.random.default_rng(seed)
    samples = int(random.integers(80, 400))
    series = np.stack([make(kind, samples, random) for _ in range(columns)], -1).astype(dtype)
    split = int(0.75 * samples)
    known = series[:split]
    used = series
    if scaling == "standard":
        used = (series - known.mean(0)) / (known.std(0) + 1e-6)
    elif scaling == "range":
        used = (series - known.min(0)) / (np.ptp(known, axis=0) + 1e-6)
    elif scaling == "logarithm":
        used = np.log(series - series.min() + 1)
    elif scaling == "changes":
        used = np.diff(series, axis=0, prepend=series[:1])
    ends = steps + gap + labels
    starts = np.arange(0, samples - ends + 1, stride)
    x = np.stack([used[at : at + steps] for at in starts])
    source = series if raw_labels and scaling != "by window" else used
    y = np.stack([source[at + steps + gap : at + ends, 0] for at in starts])
    if scaling == "by window":
        mean, std = x.mean(1, keepdims=True), x.std(1, keepdims=True) + 1e-6
        x, y = (x - mean) / std, (y - mean[:, :, 0]) / std[:, :, 0]
    order = random.permutation(len(x)) if shuffled else np.arange(len(x))
    x, y, starts = x[order], y[order], starts[order]
    report = data(
        x,
        y,
        series=series,
        horizon=gap + labels,
        window=steps,
        split=split,
        train_idx=np.flatnonzero(starts + ends <= split),
        test_idx=np.flatnonzero(starts + steps + gap >= split + embargo),
        times=np.arange(samples) if timed else None,
    )
    assert not report.names, report
    assert "ended in" not in str(report)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    kind=KINDS,
    seed=st.integers(0, 10_000),
    rows=st.integers(1, 6),
    batches=st.integers(2, 20),
    steps=st.integers(2, 20),
)
def test_rows_that_go_on(kind, seed, rows, batches, steps) -> None:
    random = np.random.default_rng(seed)
    series = make(kind, rows * batches * steps + 1, random)
    x, y = (part.reshape(rows, batches, steps).swapaxes(0, 1) for part in (series[:-1], series[1:]))
    report = data(x[..., None], y, series=series, horizon=1, stateful=True, per_step=True)
    assert not report.names, report


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    kind=st.sampled_from(["noise", "walk", "memory", "season", "counts", "constant"]),
    seed=st.integers(0, 100_000),
    past=st.integers(20, 200),
    ahead=st.integers(1, 60),
    scale=st.floats(1e-3, 1e5),
    level=st.floats(0.5, 0.95),
    declared=st.booleans(),
    one_step=st.booleans(),
)
def test_right_forecasts(kind, seed, past, ahead, scale, level, declared, one_step) -> None:
    """The best that there is, with the interval that belongs to it."""
    random = np.random.default_rng(seed)
    count = past + ahead
    noise, t = random.normal(size=count), np.arange(count)
    steps = np.ones(ahead) if one_step else np.arange(1.0, ahead + 1)
    if kind in ("walk", "memory"):
        keep = 1.0 if kind == "walk" else 0.8
        values = np.zeros(count)
        for at in range(1, count):
            values[at] = keep * values[at - 1] + noise[at]
        before = values[past - 1 : -1] if one_step else values[past - 1]
        made = before * keep**steps
        spread = np.sqrt(np.cumsum(keep ** (2 * np.arange(ahead))))
        spread = np.ones(ahead) if one_step else spread
    else:
        spread = np.ones(ahead)
        mean = {"season": 10 * np.sin(2 * np.pi * t / 12), "noise": 0 * t, "counts": 0 * t + 1.0}
        made = mean.get(kind, 0 * t)[past:] + 0.0
        values = mean.get(kind, 0 * t) + (noise if kind != "constant" else 0)
        values = random.poisson(1, count) if kind == "counts" else values
    half = spread * NormalDist().inv_cdf((1 + level) / 2)
    more = (
        {"low": made - half, "high": made + half, "level": level}
        if kind in ("noise", "walk")
        else {}
    )
    more = {name: item * scale if name != "level" else item for name, item in more.items()}
    report = forecast(
        values[past:] * scale,
        made * scale,
        past=values[:past] * scale,
        season=12,
        mode=("one_step" if one_step else "multi_step") if declared else None,
        **more,
    )
    assert not report.names, report
    assert "ended in" not in str(report)
