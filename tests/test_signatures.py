"""Every public signature refuses what does not fit, by the name of the argument.

`VALID` holds a right call of each checked function. For each annotated argument wrong values are
made from the annotation itself, and each must be refused in one sentence that begins with its name.
"""

import collections.abc
import inspect
import os
import tempfile
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest
import torch
from jaxtyping import AbstractArray, Float
from matplotlib.figure import Figure
from torch import Tensor, nn

from course_utils import (
    columns,
    diagrams,
    ensembles,
    figures,
    forecasting,
    forms,
    intervals,
    judging,
    keeping,
    live,
    methods,
    recording,
    recurrent,
    series,
    settings,
    shading,
    signals,
    signatures,
    sketches,
    strips,
    studies,
    training,
)
from course_utils.lessons.anatomy import one_batch, padding, reading, tasks, texts
from course_utils.lessons.elman import network, shapes
from course_utils.lessons.own_series import contest, memory, opponents, own, streams, systems
from course_utils.lessons.sin_cos import studies as sin_cos
from course_utils.lessons.stateful import (
    cues,
    keras_adam,
    keras_port,
    keras_runs,
    runs,
    starts,
    windows,
)
from course_utils.lessons.today import mingru
from course_utils.lessons.today import tasks as today_tasks
from course_utils.signatures import (
    BadArgument,
    Count,
    Finite,
    Instance,
    Maker,
    Positive,
    Texts,
    Whole,
    checked,
)

MODULES = (
    *(ensembles, figures, forecasting, forms, live, recurrent, series, signals, studies, training),
    *(one_batch, padding, reading, tasks, texts, network, shapes, sin_cos),
    *(cues, keras_adam, keras_port, keras_runs, runs, starts, windows),
    *(columns, intervals, judging, keeping, methods, own),
    *(recording, sketches, strips),
    *(diagrams, shading),
    *(systems, opponents, contest, streams, memory),
    *(mingru, today_tasks),
)
# What needs no check of its own: it takes nothing that can be wrong, or checks by hand because a
# message teaches or the call is too short.
BY_HAND = {
    "ensembles.summarise": "takes any iterable of numbers, and says what is wrong with them",
    "ensembles.train_each": "checks its seeds one by one",
    "ensembles.Ensemble": "a result",
    "ensembles.Summary": "a result",
    "forecasting.Backtest": "a result",
    "intervals.Coverage": "a result",
    "intervals.covered": "compares its arrays with each other",
    "methods.mean_of": "takes any number of methods, and looks at each",
    "judging.Choice": "a result",
    "own.Task": "a result",
    "forms.Form": "a protocol",
    "forms.Pairs": "a result",
    "forms.long_enough": "is a check",
    "forecasting.scoreboard": "checks its entries against each other",
    "keras_runs.KerasRun": "a result",
    "contest.Cut": "a result",
    "memory.Task": "a result",
    "systems.Stream": "a result",
    "tasks.LastAnswer": "takes any model",
    "tasks.Series": "a result",
    **dict.fromkeys(("tasks.at_every_step", "tasks.of_the_forecast"), "runs at every update"),
    "signals.mackey_glass_slope": "runs at every step",
    "signals.rk4_step": "runs at every step",
    "network.Gradients": "a result",
    "network.Trained": "a result",
    "padding.check_lengths": "is a check",
    "padding.collate": "runs at every update",
    "padding.last": "runs at every update",
    "reading.at_the_end": "runs at every update",
    "reading.at_every_step": "runs at every update",
    "recording.Strip": "a result",
    **dict.fromkeys(
        ("recording.record", "recording.record_steps"),
        "stand below `signatures`, since the probes need torch and NumPy alone",
    ),
    "recurrent.answered": "runs at every update",
    "recurrent.detach": "runs at every update",
    "recurrent.evaluating": "a context",
    "recurrent.Session": "checked where it is made",
    "runs.check_way": "is a check",
    "series.Transform": "a protocol",
    "series.TimeSplit": "a result",
    **dict.fromkeys(
        ("shapes.check_together", "shapes.check_stack", "shapes.check_rates"), "is a check"
    ),
    "signals.Chunks": "a result",
    **dict.fromkeys(
        ("studies.sin_cos_grid", "studies.sin_cos_cells", "studies.sin_cos_readouts"),
        "makes a study with what is set",
    ),
    "studies.make": "called by `make studies` alone, and checks what its run gives",
    "training.check_training": "is a check",
    "training.Run": "a result",
    "training.check_windows": "is a check",
    "training.mean_squared_error": "runs at every update",
    "training.show_progress": "takes anything that can be gone through",
}


def public() -> dict[str, Callable[..., Any]]:
    found = {}
    for module in MODULES:
        short = module.__name__.rpartition(".")[2]
        for name, thing in vars(module).items():
            own = getattr(thing, "__module__", "") == module.__name__
            if (
                own
                and not name.startswith("_")
                and (inspect.isfunction(thing) or isinstance(thing, type))
            ):
                found[f"{short}.{name}"] = thing
    return {name: f for name, f in found.items() if inspect.signature(f).parameters}


PUBLIC = public()
CHECKED = {name: f for name, f in PUBLIC.items() if getattr(f, "is_checked", False)}

x, y = torch.randn(5, 4, 1), torch.randn(5, 1)
chunks = torch.randn(3, 2, 4, 1)
past = np.arange(1.0, 41.0) + np.sin(np.arange(40.0))
months = pd.period_range("2020-01", periods=40, freq="M")
passengers = pd.Series(past, months)
table = pd.DataFrame({"a": past, "b": past[::-1]}, months)
errors = np.arange(18.0).reshape(9, 2)
curve = signals.mackey_glass(90)
cut = contest.cut(curve, curve, 50, window=5, horizon=2)
fitting = {"inputs": cut.inputs, "targets": cut.targets}
rainy = memory.make_task("a sum", 3, 40, 0, 20)
kept = keeping.Kept(recurrent.Forecaster(2), 0.0, 1.0, series.Log())
kept_file = Path(tempfile.mkdtemp()) / "kept.pt"
keeping.keep(kept, kept_file)
adam = training.adam(0.01)
gates = {"x": torch.zeros(2, 1), "w_ih": torch.zeros(9, 1), "w_hh": torch.zeros(9, 3)}
points, (w1, w2) = network.sine_points(), (w[0] for w in network.initial_weights([0]))
elman = {"x": points[:-1], "state": network.zero_state(w1), "w1": w1, "w2": w2}
trained = {"x": points[:-1], "target": points[1:], "w1": w1, "w2": w2}
waves = signals.sin_cos_chunks(3)
words = tasks.words_with_parity(["ab", "abb"])
reader = reading.Reader(nn.GRU(2, 3, batch_first=True), 2)
tutorial = keras_runs.load_run()
letters = reading.Reader(nn.GRU(len(texts.LETTERS), 3, batch_first=True), len(texts.LETTERS))
VALID: dict[str, dict[str, Any]] = {
    "cues.train_on_cues": {"seed": 0, "memory": 1, "way": "carried", "streams": 1},
    "cues.cue_reach": {"model": recurrent.SequenceModel(2), "steps": 3},
    "cues.cue_hits": {
        "model": recurrent.SequenceModel(2), "chunks": 2, "carry": True, "seed": 0, "before": 0,
    },
    "keras_adam.KerasAdam": {
        "params": [torch.ones(1)], "lr": 0.1, "betas": (0.9, 0.99), "eps": 0.1,
    },
    "keras_adam.FromStep": {
        "params": [torch.ones(1)], "update": lambda *given: given[:3], "lr": 0.1,
    },
    "keras_port.initialise_like_keras": {"model": nn.LSTM(1, 2)},
    "keras_port.to_torch": {"kind": "LSTM", "weights": tutorial.weights},
    "keras_port.to_keras": {"layer": nn.LSTM(1, 2)},
    "keras_port.freeze_second_bias": {"layer": nn.LSTM(1, 2)},
    "keras_runs.load_run": {"size": "tutorial", "kind": "LSTM"},
    "keras_runs.apart_from_keras": {
        "model": recurrent.SequenceModel(20, "LSTM"), "run": tutorial,
    },
    "live.Picture": {"figure": Figure(), "chunks": waves, "shown": 6, "limit": 1.6},
    "live.LivePlot": {"chunks": waves, "seconds": 0.0, "shown": 6, "limit": 1.6},
    "network.sine_points": {"count": 2},
    "network.initial_weights": {"seeds": [0], "inputs": 1, "hidden": 2, "outputs": 1},
    "network.zero_state": {"w1": w1},
    "network.step": elman | {"x": points[:1]},
    "network.forward": elman,
    "network.bptt": elman | trained | {"k": 2},
    "network.gradient_by_lag": elman | trained,
    "network.clip": {"w1": w1, "w2": w2, "limit": 1.0},
    "network.train": trained | {"rate": 0.1, "epochs": 1, "k": 1, "limit": 1.0},
    "network.train_each_step": trained | {"rate": 0.1, "epochs": 1},
    "network.one_step_error": trained | {"skip": 0},
    "network.free_running": {"known": points, "count": 2, "w1": w1, "w2": w2},
    "one_batch.descend": {
        "loss_of": lambda: torch.ones(1, requires_grad=True).sum(),
        "optimizer": torch.optim.SGD([torch.ones(1)]), "updates": 1, "limit": 1.0,
    },
    "one_batch.draw_batch": {"task": "noise", "count": 2},
    "one_batch.train_on": {
        "inputs": torch.zeros(5, 2, 10), "targets": torch.zeros(5, 2, 20), "readout": True,
        "updates": 1,
    },
    "one_batch.sums_by_sgd": {"seed": 0, "limit": 1.0, "updates": 1},
    "padding.CustomDataset": {"sequences": [x[0]], "targets": [y[0]]},
    "padding.pad": {"sequences": [x[0], x[1, :2]], "value": 0.0},
    "reading.Reader": {"layer": nn.GRU(2, 3, batch_first=True), "outputs": 2, "packed": True},
    "reading.fit_loader": {
        "model": reader, "loader": [padding.collate(list(words))],
        "loss_of": reading.at_the_end, "epochs": 1, "learning_rate": 0.1,
    },
    "reading.accuracy": {"model": reader, "data": words},
    "reading.perplexity_of": {"model": letters, "sentences": ["so!"]},
    "runs.make_model": {"seed": 0, "start": starts.STARTS["torch"]},
    "runs.shuffle_rows": {"batches": waves, "seed": 0},
    "runs.stretches": {"chunks": 2, "batch": 2, "steps": 3},
    "runs.train": {"model": recurrent.SequenceModel(2), "batches": waves, "rule": "carry"},
    "runs.train_seed": {"seed": 0, "way": "carried", "chunks": 1},
    "runs.printed_costs": {"losses": [1.0]},
    "runs.rebound": {"losses": np.ones(200)},
    "runs.fresh_errors": {"model": recurrent.SequenceModel(2)},
    "runs.KerasLike": {"model": recurrent.SequenceModel(2), "lr": 0.1},
    "starts.with_forget_bias": {"value": 1.0},
    "starts.updates_until": {"losses": [1.0], "level": 0.1, "smooth": 1},
    "studies.load": {"name": "airline-published"},
    "studies.train_seed": {"seed": 0, "chunks": waves, "rule": "carry", "cell": "RNN"},
    "tasks.draw_sums": {"count": 1, "shortest": 2, "longest": 3, "seed": 0},
    "tasks.draw_words": {"count": 1, "shortest": 2, "longest": 3, "seed": 0},
    "tasks.long_words": {"steps": 2, "count": 1},
    "tasks.words_with_parity": {"words": ["ab"]},
    "texts.encode": {"text": "ab", "letters": "ab"},
    "texts.places": {"text": "ab", "letters": "ab"},
    "texts.next_letters": {"sentences": ["so!"]},
    "texts.count_pairs": {"sentences": ["so!"]},
    "ensembles.train_seeds": {
        "make_model": lambda: recurrent.Forecaster(2), "inputs": x, "targets": y, "seeds": [0],
        "epochs": 1, "optimizer": adam, "batch_size": 5, "way": "loop",
    },
    "ensembles.faster_way": {"model": recurrent.Forecaster(2), "seeds": 3, "batch": 4},
    "diagrams.draw": {"cell": "gru", "values": {"x": 0.5}},
    "diagrams.names": {"cell": "lstm"},
    "shading.draw_reach": {
        "symbols": "ab", "rows": {"a": past[:2]}, "decades": 3, "width": 5,
    },
    "figures.axes": {"width": 3.0, "height": 2.0},
    "figures.draw_series": {"series": passengers, "ylabel": "value", "label": "measured"},
    "figures.draw_windows": {"values": past, "window": 3, "horizon": 1, "shown": 2},
    "figures.draw_fan": {"index": months, "groups": {"a": past}, "ylabel": "value"},
    "figures.draw_strips": {"groups": {"a": [1.0, 2.0]}, "xlabel": "value", "log": False},
    "figures.draw_losses": {"groups": {"a": past}, "xlabel": "update"},
    "figures.draw_reading": {"word": "ab", "targets": {"a": ["", "x"]}},
    "figures.draw_runs": {"x": past, "groups": {"a": past}, "xlabel": "x", "ylabel": "y"},
    "figures.draw_unrolled": {"steps": 2, "k": 1},
    "figures.mark_guess": {"ax": figures.axes(), "guess": 3.0, "axis": "y"},
    "forecasting.rmse": {"actual": past, "forecast": past},
    "forecasting.mase": {"actual": past, "forecast": past, "past": past, "season": 12},
    "forecasting.skill": {"score": 1.0, "reference": 2.0},
    **{
        f"forecasting.{name}": {"past": past, "horizon": 3, "season": 12}
        for name in ("seasonal_naive", "seasonal_naive_growth", "holt_winters")
    },
    "forecasting.sarima": {"past": past, "horizon": 3, "season": 4},
    **{f"forecasting.{name}": {"past": past, "horizon": 3} for name in ("last_value", "drift")},
    "forecasting.autoregression": {"past": past, "horizon": 3, "order": 2},
    "forecasting.on": {"transform": series.Log(), "method": forecasting.drift},
    "forecasting.recursive_forecast": {
        "model": recurrent.Forecaster(2), "window": x, "horizon": 2,
    },
    "forecasting.direct_forecast": {"model": recurrent.Forecaster(2, 3), "window": x},
    "forms.Windows": {"transform": series.Log(), "direct": True},
    "forms.ShapeToGrowth": {"season": 12},
    "forecasting.Network": {
        "form": forms.ShapeToGrowth(), "window": 3, "hidden": 2, "epochs": 1,
        "learning_rate": 0.01, "cell": "GRU",
    },
    "forecasting.backtest": {
        "method": forecasting.drift, "values": past, "origins": [20], "horizon": 2,
    },
    "forecasting.rolling_origin": {
        "method": forecasting.drift, "values": past, "origins": [20], "horizon": 2,
    },
    "recurrent.Forecaster": {"hidden": 2, "horizon": 1, "cell": "RNN", "inputs": 1},
    "recurrent.SequenceModel": {"hidden": 2, "cell": "RNN", "inputs": 1, "outputs": 1},
    "recurrent.gru_step": {
        **gates, "state": torch.zeros(2, 3), "b_ih": torch.zeros(9), "b_hh": torch.zeros(9),
        "reset": "after", "z": "keeps",
    },
    "recurrent.lstm_step": {
        "x": torch.zeros(2, 1), "state": (torch.zeros(2, 3), torch.zeros(2, 3)),
        "w_ih": torch.zeros(12, 1), "w_hh": torch.zeros(12, 3), "b_ih": torch.zeros(12),
        "b_hh": torch.zeros(12),
    },
    "series.split_in_time": {"series": passengers, "test": 4},
    "series.TrainScaler": {"split": series.split_in_time(passengers, 4), "low": -1.0, "high": 1.0},
    "series.LogDifference": {"lag": 2},
    "series.make_windows": {"values": past, "window": 3, "horizon": 2},
    "series.last_window": {"values": past, "window": 3},
    "signals.sin_cos_chunks": {
        "chunks": 2, "steps": 3, "span": 1.0, "start": 0.0, "endpoint": False,
    },
    "signals.stateful_batches": {
        "chunks": 2, "batch": 2, "steps": 3, "advance": 3, "spacing": 0.1, "start": 0.0,
    },
    "signals.cue_chunks": {
        "chunks": 2, "memory": 1, "generator": torch.Generator(), "batch": 2, "steps": 3,
    },
    "series.Difference": {"lag": 2},
    "series.whole_windows": {"values": past, "window": 3, "horizon": 2},
    "series.fill_gaps": {"past": past},
    "columns.ColumnScaler": {"split": series.split_in_time(table, 4)},
    "columns.column_windows": {
        "values": table.to_numpy(copy=True), "target": 1, "window": 3, "horizon": 2,
    },
    "columns.Columns": {"frame": table, "target": "a"},
    "intervals.reach": {"errors": errors, "level": 0.8},
    "intervals.interval": {"errors": errors, "forecast": np.zeros(2), "level": 0.8},
    "judging.judge": {
        "method": forecasting.drift, "values": past, "origins": [20], "horizon": 2,
    },
    "judging.errors_of": {"backtest": judging.judge(forecasting.drift, past, [20], 2)},
    "judging.choose": {
        "candidates": {"drift": forecasting.drift}, "split": series.split_in_time(passengers, 4),
        "origins": [20], "horizon": 2,
    },
    "keeping.Kept": {
        "model": recurrent.Forecaster(2), "mean": 0.0, "spread": 1.0, "transform": series.Log(),
    },
    "keeping.keep": {"kept": kept, "path": os.devnull},
    "keeping.go_on": {"path": kept_file},
    "own.load": {
        "path": settings.DATA_FOLDER / "flights.csv", "target": "passengers",
        "time": ("year", "month"), "frequency": "M", "unit": "", "season": 12, "horizon": 6,
        "gaps": "refuse",
    },
    "own.rows": {"count": 3},
    "methods.average": {"past": past, "horizon": 3},
    "methods.recent": {"method": forecasting.drift, "rows": 3},
    "methods.remembered": {"method": forecasting.drift},
    "methods.ahead": {"method": forecasting.drift, "series": passengers, "horizon": 2},
    "training.adam": {"learning_rate": 0.1},
    "training.fit_windows": {
        "model": recurrent.Forecaster(2), "inputs": x, "targets": y, "epochs": 1,
        "optimizer": adam, "batch_size": 5,
    },
    "training.fit_chunks": {
        "model": recurrent.SequenceModel(2), "inputs": chunks, "targets": chunks,
        "optimizer": adam, "rule": "carry",
    },
    "training.predict_chunks": {"model": recurrent.SequenceModel(2), "inputs": chunks},
    "training.evaluate_chunks": {
        "model": recurrent.SequenceModel(2), "inputs": chunks, "targets": chunks,
    },
    "training.free_run_error": {
        "model": recurrent.SequenceModel(2), "inputs": chunks, "targets": chunks, "warm_up": 1,
    },
    "signals.mackey_glass": {"points": 5, "start": 1.2, "step": 0.1, "settle": 0},
    "systems.noisy_pendulum": {
        "points": 5, "generator": np.random.default_rng(0), "period": 20, "damping": 0.9,
    },
    "systems.light_switch": {
        "streams": 2, "steps": 3, "p": 0.5, "generator": torch.Generator(),
    },
    "systems.rain": {"steps": 5, "generator": np.random.default_rng(0)},
    "systems.echo": {"rain": past, "memory": 3},
    "systems.bucket": {"rain": past, "memory": 3, "overflows": True},
    "systems.with_noise": {"values": past, "noise": 0.1, "generator": np.random.default_rng(0)},
    "opponents.last_value": fitting,
    "opponents.line": fitting,
    "opponents.kernel": fitting,
    "opponents.MLP": {"window": 5, "horizon": 2, "hidden": 3},
    "opponents.network": fitting | {"cell": "MLP", "seed": 0, "updates": 1},
    "opponents.recursive": {
        "predict": lambda windows: windows[:, -1:], "windows": cut.inputs, "horizon": 2,
    },
    "contest.cut": {"seen": curve, "clean": curve, "points": 50, "window": 5, "horizon": 2},
    "contest.make_cut": {"system": "pendulum", "points": 150, "noise": 0.0, "seed": 0},
    "contest.contest": {"part": cut, "seed": 0, "steps": (1, 2), "updates": 1},
    "contest.fit": fitting | {"method": "line", "seed": 0, "updates": 1},
    "sketches.draw_truncation": {"reaches": {"cut": [1, 2, 1]}},
    "sketches.draw_batches": {"starts": np.arange(6).reshape(2, 3), "steps": 3},
    "sketches.draw_recursive_and_direct": {"window": 3, "horizon": 2},
    "strips.as_html": {"strip": recording.record(nn.RNN(1, 2, batch_first=True), x[:2])},
    "strips.draw": {
        "strip": recording.record(nn.RNN(1, 2, batch_first=True), x), "rows": [0],
        "borders": (2,), "limit": 1.0, "title": "",
    },
    "strips.from_arrays": {
        "inputs": np.ones((4, 1)), "states": np.zeros((5, 2)), "outputs": np.ones((4, 1)),
    },
    "streams.set_forget_bias": {"model": recurrent.SequenceModel(2, "LSTM"), "value": 1.0},
    "streams.train_on_lights": {
        "seed": 0, "cell": "RNN", "presses": (0.5,), "rate": 0.01, "short_first": 1, "updates": 2,
    },
    "streams.share_right": {"model": recurrent.SequenceModel(2), "p": 0.5, "seed": 0, "steps": 3},
    "streams.window_share_right": {
        "window": 2, "p": 0.5, "method": "line", "seed": 0, "steps": 9,
    },
    "memory.make_task": {"remember": "a sum", "memory": 3, "points": 9, "seed": 0, "judged": 5},
    "memory.make_thermostat": {"seed": 0, "points": 90, "judged": 50, "low": 18.0, "high": 21.0},
    "memory.judge_window": {"method": "line", "task": rainy, "window": 3},
    "memory.train_on_stretches": {
        "task": rainy, "stretch": 4, "seed": 0, "cell": "RNN", "updates": 1,
    },
    "memory.judge_network": {"model": recurrent.SequenceModel(2), "task": rainy},
    "mingru.MinGRU": {"inputs": 1, "hidden": 2, "gate": torch.tanh},
    "mingru.MinGRUModel": {
        "hidden": 2, "layers": 2, "gate": torch.tanh, "inputs": 1, "outputs": 1,
    },
    "mingru.make_network": {"name": "minGRU", "outputs": 1},
    "mingru.set_gate_bias": {
        "model": recurrent.SequenceModel(2, "LSTM"), "value": 1.0, "forget_alone": True,
    },
    "tasks.parity": {"count": 2, "bits": 3, "generator": torch.Generator()},
    "tasks.cue": {"steps": 3},
    "tasks.series": {"seed": 0},
    "tasks.train": {
        "model": recurrent.SequenceModel(2), "draw": lambda: (chunks[0], chunks[0]),
        "loss_of": training.mean_squared_error, "updates": 1, "rate": 0.1,
    },
    "tasks.train_on_parity": {"name": "minGRU", "seed": 0, "rate": 0.1, "updates": 1},
    "tasks.parity_hits": {"model": recurrent.SequenceModel(2), "seed": 0},
    "tasks.remember_the_cue": {
        "name": "minGRU", "seeds": [0], "bias": 1.0, "forget_alone": False, "updates": 1,
    },
    "tasks.series_errors": {"name": "minGRU", "seed": 0, "updates": 1},
    "windows.window_error": {"model": recurrent.SequenceModel(2), "length": 3},
    "windows.stream_error": {"model": recurrent.SequenceModel(2)},
}  # fmt: skip


def wrong_values(annotation: Any, right: Any) -> Iterator[Any]:
    """Make values that an annotation refuses: another rank, dtype, type, count."""
    annotation = getattr(annotation, "__bound__", annotation)  # of a type variable
    options = typing.get_args(annotation) if type(None) in typing.get_args(annotation) else ()
    if options:
        annotation = next(option for option in options if option is not type(None))
        if annotation in (int, np.integer):  # a Count that was laid open by `| None`
            annotation = Count
    if isinstance(annotation, type) and issubclass(annotation, AbstractArray):
        # "…" lets any axes stand in front, and refuses one too few.
        yield right[..., 0] if annotation.dim_str.startswith("...") else right[None]
        yield from (right.tolist(), None, "text")
        other = right.numpy() if isinstance(right, Tensor) else torch.from_numpy(right)
        yield from (other, right > 0)
    elif annotation in (Count, Whole):
        yield from (-1, 1.5, "3", True, [3])
        yield from (0,) if annotation == Count else ()
    elif annotation in (Positive, Finite):
        yield from (float("nan"), float("inf"), "1", [1.0])
        yield from (0, -1.0) if annotation == Positive else ()
    elif annotation == Maker:
        yield from (nn.Linear(1, 1), torch.optim.SGD([torch.ones(1)]), 3, None)
    elif annotation == Instance:
        yield type(right)
    elif typing.get_origin(annotation) is Literal:
        yield from ("nonsense", None, 3)
    elif annotation is bool:
        yield from (1, "yes")
    elif annotation is str:
        yield from (3, None)
    elif annotation in (nn.Module, nn.RNNBase, torch.optim.Optimizer):
        yield from ("model", nn.Linear, None)
    elif annotation == Texts:
        yield from ("text", ["a", 3], 3, None)
    elif annotation in (signals.Chunks, padding.CustomDataset, keras_runs.KerasRun, Figure):
        yield from (annotation, tuple(waves), None)
    elif typing.get_origin(annotation) is collections.abc.Callable:
        yield from ("name", None)
    elif typing.get_origin(annotation) is collections.abc.Sequence:
        yield from (3, None)
    elif typing.get_origin(annotation) is tuple:
        yield from (list(right), right[0], (right[0],), (str(right[0]), right[1]))
        if isinstance(right[0], Tensor):
            yield right[0][None], right[1]


def arguments() -> Iterator[Any]:
    for name, function in CHECKED.items():
        target = function.__init__ if isinstance(function, type) else function
        hints = typing.get_type_hints(inspect.unwrap(target), include_extras=True)
        for argument, right in VALID.get(name, {}).items():
            for n, wrong in enumerate(wrong_values(hints[argument], right)):
                yield pytest.param(name, argument, wrong, id=f"{name}-{argument}-{n}")


@pytest.mark.parametrize(("name", "argument", "wrong"), list(arguments()))
def test_a_wrong_argument_is_refused_by_its_name(name: str, argument: str, wrong: Any) -> None:
    given = VALID[name] | {argument: wrong}
    with pytest.raises(BadArgument, match=rf"^({argument}|state|w_ih|forecast) must be ") as caught:
        PUBLIC[name](**given)
    assert "\n" not in str(caught.value)
    assert "got" in str(caught.value)


def test_every_public_signature_is_checked_or_says_why_not() -> None:
    assert set(PUBLIC) == set(CHECKED) | set(BY_HAND)
    assert not set(CHECKED) & set(BY_HAND)
    assert set(VALID) == set(CHECKED)


@pytest.mark.parametrize("name", VALID)
def test_the_right_call_is_let_in(name: str) -> None:
    PUBLIC[name](**VALID[name])
    plt_close()


def plt_close() -> None:
    import matplotlib.pyplot as plt

    plt.close("all")


# ---- the decorator itself


@checked
def forecast(
    inputs: Float[Tensor, "windows steps"],
    targets: Float[Tensor, "windows horizon"],
    epochs: Count = 1,
) -> Float[Tensor, " windows"]:
    return inputs[:, 0] if epochs < 9 else inputs


def test_the_error_is_of_both_kinds_and_tells_the_sizes() -> None:
    for kind in (ValueError, TypeError):
        with pytest.raises(kind) as caught:
            forecast(torch.ones(3, 2), torch.ones(2, 2))
        assert str(caught.value) == (
            "targets must be a float tensor of shape (windows, horizon) = (3, horizon), "
            "got a tensor of shape (2, 2) and dtype float32"
        )
    assert forecast(torch.ones(3, 2), torch.ones(3, 2), np.int64(2)).shape == (3,)


def test_what_a_function_gives_back_is_held_too() -> None:
    with pytest.raises(
        BadArgument, match=r"forecast must return a float tensor of shape \(windows,\)"
    ):
        forecast(torch.ones(3, 2), torch.ones(3, 2), epochs=9)


def test_under_compilation_it_steps_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.compiler, "is_compiling", lambda: True)
    assert forecast(torch.ones(3, 2), torch.ones(2, 2)).shape == (3,)


def test_vmap_and_grad_go_through_a_checked_function() -> None:
    def total(row: Tensor) -> Tensor:
        return forecast(row[None], row[None]).sum()

    rows = torch.randn(4, 3)
    wanted = torch.tensor([1.0, 0.0, 0.0]).expand(4, 3)
    assert torch.equal(torch.func.vmap(torch.func.grad(total))(rows), wanted)


@pytest.mark.parametrize(
    "wrong", [8, "012", [0, 0], [], [1.0], [True], [-1], np.array([0.5]), [0, None]]
)
def test_seeds_are_checked_one_by_one(wrong: Any) -> None:
    with pytest.raises(BadArgument, match=r"^seeds must be whole numbers"):
        signatures.whole_numbers("seeds", wrong)


@pytest.mark.parametrize("right", [[3, 1], (3, 1), np.array([3, 1]), range(3, 0, -2), iter([3, 1])])
def test_seeds_come_in_many_kinds(right: Any) -> None:
    assert signatures.whole_numbers("seeds", right) == (3, 1)


# ---- the first group of faults: wrong numbers in plausible use


class Answers(nn.Module):
    """Returns a tensor alone, as most models do."""

    def __init__(self) -> None:
        super().__init__()
        self.line = nn.Linear(4, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.line(x[..., 0])


def test_a_model_that_gives_a_tensor_is_not_taken_apart_by_rows() -> None:
    two = torch.randn(2, 4, 1)
    with pytest.raises(
        BadArgument, match=r"model must return the pair \(y, state\), but returned a tensor"
    ):
        training.fit_windows(Answers(), two, torch.randn(2, 1), epochs=1, optimizer=adam)
    with pytest.raises(BadArgument, match=r"model must return the pair"):
        forecasting.direct_forecast(Answers(), two)


def test_weights_in_keras_layout_are_blamed_themselves() -> None:
    ours = VALID["recurrent.gru_step"]
    with pytest.raises(BadArgument, match=r"^w_ih must be .* \(3\*hidden, inputs\) = \(9, 1\)"):
        recurrent.gru_step(**ours | {"w_ih": ours["w_ih"].T, "w_hh": ours["w_hh"].T})


def test_a_target_of_another_shape_is_not_broadcast() -> None:
    targets = torch.randn(5, 12)
    for train in (
        lambda: training.fit_windows(recurrent.Forecaster(2), x, targets, epochs=1, optimizer=adam),
        *(
            lambda way=way: ensembles.train_seeds(
                lambda: recurrent.Forecaster(2), x, targets, seeds=[0, 1], epochs=1,
                optimizer=adam, way=way,
            )
            for way in ("loop", "stacked")
        ),
    ):  # fmt: skip
        with pytest.raises(BadArgument, match=r"answer, \(5, 1\), got \(5, 12\)"):
            train()
    wide = torch.randn(3, 2, 4, 2)
    for judge in (training.evaluate_chunks, training.free_run_error):
        with pytest.raises(BadArgument, match="targets must have the shape of the model's answer"):
            judge(recurrent.SequenceModel(2), chunks, wide)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_what_is_not_finite_is_not_trained_on(bad: float) -> None:
    spoilt = x.clone()
    spoilt[3, 2] = bad
    with pytest.raises(BadArgument, match=r"inputs must be finite, got .* at position \(3, 2, 0\)"):
        training.fit_windows(recurrent.Forecaster(2), spoilt, y, epochs=1, optimizer=adam)
    with pytest.raises(BadArgument, match="past must be finite"):
        forecasting.mase(past[:3], past[:3], np.append(past, bad))


def test_double_beside_single_is_refused() -> None:
    with pytest.raises(BadArgument, match=r"targets must be of inputs's dtype|targets must be of"):
        training.fit_windows(recurrent.Forecaster(2), x, y.double(), epochs=1, optimizer=adam)


def frozen() -> nn.Module:
    model = recurrent.Forecaster(2)
    model.recurrent.bias_hh_l0.requires_grad_(False)
    return model


class Normed(recurrent.Forecaster):
    def __init__(self) -> None:
        super().__init__(2)
        self.norm = nn.BatchNorm1d(4)


@pytest.mark.parametrize("make", [frozen, Normed])
def test_a_stack_trains_nothing_that_is_frozen_and_loses_no_statistics(
    make: Callable[[], nn.Module],
) -> None:
    assert ensembles.faster_way(make(), 32, 5) == "loop"
    with pytest.raises(BadArgument, match="way must be 'loop'"):
        ensembles.train_seeds(make, x, y, seeds=[0], epochs=1, optimizer=adam, way="stacked")


def test_one_shared_model_is_not_taken_for_many() -> None:
    model = recurrent.Forecaster(2)
    with pytest.raises(BadArgument, match="make_model must make a new model at each call"):
        ensembles.train_seeds(lambda: model, x, y, seeds=[0, 1], epochs=1, optimizer=adam)


class Dropping(recurrent.Forecaster):
    def __init__(self) -> None:
        super().__init__(8)
        self.drop = nn.Dropout(0.5)

    def forward(self, x: Tensor, state: Any = None) -> Any:
        y, state = super().forward(x, state)
        return self.drop(y), state


def test_dropout_is_off_in_a_forecast_and_on_again_after_it() -> None:
    model = Dropping()
    first, again = (forecasting.recursive_forecast(model, x, 3) for _ in range(2))
    assert torch.equal(first, again)
    assert model.training
    assert model.drop.training


def test_a_model_in_evaluation_mode_is_not_trained() -> None:
    for train, given in (
        (training.fit_windows, {"inputs": x, "targets": y, "epochs": 1}),
        (training.fit_chunks, {"inputs": chunks, "targets": chunks}),
    ):
        with pytest.raises(BadArgument, match=r"model must be in training mode, .*model.train\(\)"):
            train(Dropping().eval(), optimizer=adam, **given)


class Remembering(recurrent.Forecaster):
    kept = None

    def forward(self, x: Tensor, state: Any = None) -> Any:
        y, self.kept = super().forward(x, self.kept)
        return y, self.kept


def test_a_model_that_keeps_its_state_does_not_forecast() -> None:
    for forecast in (
        forecasting.direct_forecast,
        lambda m, w: forecasting.recursive_forecast(m, w, 2),
    ):
        with pytest.raises(BadArgument, match="it keeps a state between calls"):
            forecast(Remembering(4), x)


def test_a_state_with_a_history_leaks_no_gradient() -> None:
    state = torch.zeros(1, 2, 2, requires_grad=True)
    training.fit_chunks(recurrent.SequenceModel(2), chunks, chunks, optimizer=adam, state=state * 2)
    assert state.grad is None


def test_a_constant_past_is_refused() -> None:
    for form in (forms.ShapeToGrowth(), forms.Windows(series.Identity())):
        with pytest.raises(BadArgument, match="past must change"):
            forecasting.Network(form, window=3, epochs=1)(np.full(40, 5.0), 2)


def test_a_scoreboard_compares_like_with_like() -> None:
    one, other = (forecasting.rolling_origin(forecasting.drift, past, at, 2) for at in ([20], [30]))
    with pytest.raises(BadArgument, match="must be judged on the same origins"):
        forecasting.scoreboard({"a": [one], "b": [other]}, ["x"], reference="a")
    with pytest.raises(BadArgument, match="columns must be at least one, all different"):
        forecasting.scoreboard({"a": [one, one]}, ["x", "x"], reference="a")


def test_no_group_of_a_figure_is_dropped_and_no_seed_erases_the_median() -> None:
    many = {str(n): past for n in range(6)}
    for draw in (
        lambda: figures.draw_losses(many),
        lambda: figures.draw_runs(past, many),
        lambda: figures.draw_fan(months, many, ylabel="y"),
        lambda: figures.draw_strips({"a": [1.0]}, "x", dict.fromkeys(many, 1.0)),
    ):
        with pytest.raises(BadArgument, match=r"(groups|references) must be"):
            draw()
    rows = np.array([[1.0, 2.0], [1.0, 2.0], [np.nan, np.nan]])
    median = figures.draw_losses({"a": rows}).lines[-1].get_ydata()
    assert median.tolist() == [1.0, 2.0]
    plt_close()


def test_beartype_and_jaxtyping_do_not_show() -> None:
    source = Path(signatures.__file__).read_text("utf-8")
    assert "from None" in source
    with pytest.raises(BadArgument) as caught:
        training.adam("fast")
    assert "beartype" not in str(caught.value)
    assert "jaxtyping" not in str(caught.value)
