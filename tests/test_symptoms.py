"""By symptom: what desperate people type finds the lesson that helps, and nothing else does."""

import re
from collections import Counter

import pytest

from course_utils import lessons, symptoms
from course_utils.symptoms import SYMPTOMS, Symptom
from course_utils.symptoms.matching import best, nearest

# What somebody types, and the cell that should be among the first three (or one of them).
QUERIES = {
    "mamba cannot solve parity": "08 cannot-flip",
    "linear rnn fails at state tracking, accuracy 50%": "08 cannot-flip",
    "my associative scan in pytorch is slow on cpu": "08 time-against-length",
    "parallel scan vs lstm speed": "08 time-against-length",
    "are rnns obsolete compared to transformers": "08 which-when",
    "should I use mamba or xlstm instead": "08 which-when",
    "chrono initialization": "08 gate-bias",
    "lstm fails to learn a lag of 200 steps": "08 gate-bias",
    "my lstm outputs the same value for everything": "02b lost-axis",
    "model predicts a constant, just the average of the targets": "02b lost-axis",
    "flat forcast": "02b lost-axis",
    "UserWarning: Using a target size (torch.Size([32])) that is different to the input size "
    "(torch.Size([32, 1]))": "02b lost-axis",
    "loss stuck at the same number from the first epoch": "03a lost-backward",
    "weights do not change during training": "03a lost-backward",
    "training loss keeps increasing, do I accumulate gradients?": "03a lost-backward",
    "loss is nan after a few epochs": "02a clipping",
    "exploding gradient": "02a clipping",
    "rnn does not remember the beginning of a long sequence": "02a gradients-through-time",
    "vanishing gradients": "02a gradients-through-time",
    "great on training set, terrible on test set": "02a learning-is-something-else",
    "is it overfitting": "02a learning-is-something-else",
    "how can I check that my training loop has no bug": "02b overfit-one-batch",
    "val_loss lower than train loss": "02b validation-below-training",
    "when should I stop training": "05b when-to-stop",
    "how many hidden units do I need": "05b when-to-stop",
    "results change every time I run it with another random seed": "05a the-forecast",
    "RuntimeError: Trying to backward through the graph a second time (or directly access saved "
    "tensors after they have already been freed)": "03a detective-story",
    "do I need retain_graph=True?": "03a detective-story",
    "one of the variables needed for gradient computation has been modified by an inplace "
    "operation": "03a tempting-fix",
    "each epoch gets slower and the RAM fills up, out of memory": "03a tempting-fix",
    "difference between .data and .detach()": "03a near-misses",
    "RuntimeError: Expected hidden size (1, 17, 64), got [1, 32, 64]": "02a state-messages",
    "error in the last batch because it is smaller, drop_last?": "02a state-messages",
    "Expected hidden[0] size (2, 8, 16), got [2, 4, 16]": "02a tuple-messages",
    "input.size(-1) must be equal to input_size. Expected 1, got 20": "02a read-the-error",
    "expected scalar type Float but found Double": "02a read-the-error",
    "AttributeError: 'tuple' object has no attribute 'dim'": "05a tuple-for-a-gru",
    "tuple has no attribute detach": "02a tuple-messages",
    "nn.Sequential with lstm and linear fails": "02a tuple-messages",
    "IndexError: index 1 is out of bounds for dimension 0 with size 1": "04a only-h",
    "batching sequences of unequal length, stack error": "02b different-lengths",
    "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True": (
        "02b enforce-sorted"
    ),
    "view size is not compatible with input tensor's size and stride": "02a axes-and-losses",
    "dropout option adds dropout after all but last recurrent layer": "02a two-layers-and-dropout",
    "where is dropout applied in a stacked lstm": "02a two-layers-and-dropout",
    "Input and hidden tensors are not at the same device, found input tensor at cuda:0 and hidden "
    "tensor at cpu": "02a graphics-card",
    "RNN module weights are not part of single contiguous chunk of memory": "02a graphics-card",
    "TypeError: cannot unpack non-iterable NoneType object": "03a network",
    "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead": (
        "02a axes-and-losses"
    ),
    "ValueError: could not convert string to float: 'January'": "05a data",
    "the order of sequences in my batch influences the output": "02a batch-must-not-leak",
    "forgot batch_first": "02a batch-must-not-leak",
    "should I use view or permute or transpose": "03a silent-view",
    "hidden state shape with batch_first": "02a batch-first-leaves-the-state",
    "what is the difference between output and h_n": "02a every-shape",
    "bidirectional lstm last hidden state": "02a output-against-h-n",
    "final state of padded sequences": "02b padding-and-packing",
    "how to get the original order back after pack_padded_sequence": "02b restoring-order",
    "h_n[-1] has the wrong batch dimension": "02a state-after-the-swap",
    "same input gives different outputs each call": "04a moved-twice",
    "model.predict changes the state in keras": "04a moved-twice",
    "reset_states has no effect": "05a nothing-reads-it",
    "model.hidden vs hidden_cell": "05a nothing-reads-it",
    "passing the hidden state is pointless, it is always zero": "04a never-carried",
    "first prediction of every sequence is bad": "03b carried-state",
    "when should I reset the hidden state": "04a necessary-and-not-enough",
    "stateful lstm shuffle": "04a rows-that-do-not-continue",
    "plot has vertical jumps between chunks": "03b diagnose",
    "inference with a different batch size than in training": "04a in-use",
    "save and load lstm hidden state": "04a save-and-go-on",
    "sliding window or online step by step": "04a window-or-stream",
    "predictions look like the real curve shifted by one day": "05a lag-test",
    "my stock price model just copies yesterday": "05a lag-test",
    "forecast is different with every seed but the loss is small": "05a the-forecast",
    "low loss but bad predictions": "05a last-window-loss",
    "how do I know whether my RMSE is good": "05a is-it-good",
    "multi-step forecast drifts away when feeding back predictions": "01a running-free",
    "exposure bias": "05b exposure-bias",
    "accuracy is suspiciously perfect, data leakage?": "02b no-place-in-forecasting",
    "fit the MinMaxScaler on the whole dataset?": "05a exercise-5a-1",
    "cross validation for time series": "05b rolling-origin",
    "forecast ignores the upward trend": "05b what-the-network-sees",
    "direct or recursive multi-step": "05b recursive-or-direct",
    "ARIMA is better than my neural network": "05b what-we-measured",
    "pytorch lstm converges slower than tensorflow": "04b slower-than-keras",
    "converting keras gru weights to pytorch gives other results": "04b gate-order",
    "why does pytorch have more parameters than keras": "04b two-biases",
    "recurrent_dropout in pytorch": "04b no-plain-twin",
    "Masking layer equivalent": "04b no-plain-twin",
    "gru formula in the documentation is not the one of the paper": "05b two-forms",
    "lstm or gru, which is better": "05b gru-or-lstm",
    "overlapping truncated backpropagation": "01b overlapping-truncation",
    "No module named course_utils": "00 environment-report",
    "network always predicts zero": "02b lost-axis | 02a what-noise-can-teach | 03a lost-backward",
    "predicted line is horizontal": "02b lost-axis",
    "my loss is not decreasing": "03a lost-backward",
    "loss goes up instead of down": "03a lost-backward",
    "forgot optimizer.zero_grad": "03a lost-backward",
    "loss explodes": "02a clipping",
    "gradient clipping": "02a clipping",
    "lstm cannot learn long term dependencies": "02a gradients-through-time",
    "why do I have to detach the hidden state": "03a detective-story | 01b what-truncation-removes",
    "repackage_hidden": "03a detective-story",
    "RuntimeError backward second time": "03a detective-story",
    "GPU out of memory after some iterations": "03a tempting-fix",
    "size mismatch hidden state batch size 64": "02a state-messages",
    "dimension error 3D tensor expected": "02a read-the-error | 02a state-messages",
    "float64 error": "02a read-the-error",
    "variable length sequences": "02b different-lengths | 02b padding-and-packing",
    "how to mask padding in loss": "02b exercise-2b-4",
    "LSTM returns a tuple": "02a tuple-messages",
    "cuda error hidden on cpu": "02a graphics-card",
    "flatten_parameters warning": "02a graphics-card",
    "how do I use dropout in lstm": "02a two-layers-and-dropout",
    "model.eval() gives other results than model.train()": (
        "02b validation-below-training | 02a two-layers-and-dropout"
    ),
    "early stopping": "05b when-to-stop",
    "what window length should I take": "05b when-to-stop",
    "training is not reproducible": "03b repair | 05a the-forecast",
    "forecast lags behind": "05a lag-test",
    "prediction one step behind actual": "05a lag-test",
    "naive forecast beats lstm": "05a is-it-good | 05b what-we-measured",
    "teacher forcing": "05b exposure-bias | 01a running-free",
    "long horizon forecast becomes bad": "01a running-free",
    "normalise before train test split": "05a exercise-5a-1",
    "inverse transform values above maximum": "05a published-scheme",
    "stateful=True explained": "04a data",
    "batch size 1 at prediction time": "04a in-use",
    "checkpoint does not restore the state": "04a save-and-go-on",
    "evaluation changes the results of training": "04a moved-twice | 03b judge-without-touching",
    "two predictions for the same input differ": "04a moved-twice",
    "init_hidden every epoch?": "04a necessary-and-not-enough",
    "duplicate timestamps at chunk borders": "03b diagnose",
    "orthogonal initialisation forget gate bias": "04b slower-than-keras",
    "adam epsilon keras": "04b adam-epsilon",
    "reset_after": "04b reset-after",
    "two bias vectors": "04b two-biases",
    "relu lstm": "04b no-plain-twin",
    "bidirectional rnn for forecasting": "02b no-place-in-forecasting",
    "squeeze removed my batch dimension": "02a squeezed-axis",
    "mase": "05a exercise-5a-5",
    "is a seasonal naive enough": "05a is-it-good",
    "model stuck at 50% accuracy": "02b many-to-many",
    "slower on gpu than on cpu": "05b graphics-card",
    "how many steps of truncated bptt": "01b what-truncation-removes",
    "random guess level": "02b many-to-many",
    "all outputs converge to the mean": "02b lost-axis",
    "predictions do not vary with the input": "02b lost-axis",
    "cost stays constant during training": "03a lost-backward",
    "my RNN diverges": "02a clipping | 01b exploding-gradients",
    "learning rate too large": "01b exploding-gradients",
    "gradient disappears for early time steps": "02a gradients-through-time",
    "network memorises noise": "02a learning-is-something-else",
    "RuntimeError: Expected hidden size (2, 20, 40), got [2, 64, 40]": "02a state-messages",
    "hx must be 3-D": "02a state-messages",
    "expected object of scalar type Float": "02a read-the-error",
    "tuple object is not callable detach": "02a tuple-messages",
    "how to pad sequences in a batch": "02b different-lengths | 02b padding-and-packing",
    "collate_fn for sequences": "02b different-lengths",
    "pack_padded_sequence": "02b padding-and-packing | 02b enforce-sorted",
    "length of words differ": "02b different-lengths",
    "axes swapped": "02a batch-must-not-leak | 02a state-after-the-swap",
    "time first or batch first": (
        "02a batch-first-leaves-the-state | 02a batch-must-not-leak | 03a silent-view"
    ),
    "permute vs view": "03a silent-view",
    "reverse direction output": "02a output-against-h-n",
    "cpu int64 tensor lengths": "02a graphics-card",
    "move hidden state to cuda": "02a graphics-card",
    "dropout warning one layer": "02a two-layers-and-dropout",
    "val loss smaller than training loss": "02b validation-below-training",
    "number of epochs": "05b when-to-stop",
    "how large should the hidden layer be": "05b when-to-stop",
    "forecast is delayed": "05a lag-test",
    "persistence model as good as my lstm": "05a lag-test | 05a is-it-good",
    "how do I know the forecast is any good": "05a is-it-good",
    "error accumulates over the horizon": (
        "01a running-free | 03b fed-by-itself | 05b exposure-bias"
    ),
    "test set used for model selection": "05b rolling-origin",
    "backtesting": "05b rolling-origin",
    "data leakage scaler": "05a exercise-5a-1",
    "too good to be true": "02b no-place-in-forecasting",
    "log transform": "05b what-the-network-sees",
    "holt winters": "05b what-we-measured",
    "hidden state reset between batches": (
        "04a necessary-and-not-enough | 03b carried-state | 05a nothing-reads-it"
    ),
    "order of batches stateful": "04a rows-that-do-not-continue",
    "resume training from checkpoint": "04a save-and-go-on",
    "deploy one sample at a time": "04a in-use",
    "linspace endpoint": "03b diagnose",
    "gates in other order": "04b gate-order",
    "keras adam differs from torch adam": "04b adam-epsilon",
    "TimeDistributed in pytorch": "04b no-plain-twin",
    "update gate z convention": "05b two-forms",
    "january could not convert": "05a data",
    "NoneType": "03a network",
    "scheduled sampling": "05b exposure-bias",
    "gradients flow between batches stateful": (
        "04a data | 01b what-truncation-removes | 04a necessary-and-not-enough"
    ),
    "confidence interval for an lstm forecast": "05b no-interval",
    "use the ensemble of seeds as uncertainty": "05b no-interval",
    "combine several forecasting methods": "05b mean-of-forecasts",
    "is a deeper rnn better": "02b two-layers",
    "cudnn RNN backward can only be called in training mode": "02a graphics-card",
    "TypeError: can't convert cuda:0 device type tensor to numpy": "02a graphics-card",
    "IndexError: invalid index of a 0-dim tensor. Use tensor.item()": "01a published-tutorial",
    "NameError: name 'Variable' is not defined": "03a training",
    "RNNBase.__init__() got an unexpected keyword argument 'activation'": "04b no-plain-twin",
    "predictions nearly the same": "02b lost-axis",
    "loss goes down and then stays": "02b lost-axis",
    "follows every peak": "05a lag-test",
    "plot looks too good": "05a lag-test",
    "great test error, useless in production": "05a exercise-5a-1",
    "each customer's prediction changes when I change the others in the batch": (
        "02a batch-must-not-leak"
    ),
    "I carry the state and it's no better than without": "04a rows-that-do-not-continue",
    "rows with missing dates in my spreadsheet": "06a gaps",
    "pandas read_csv swaps day and month": "06a read-the-file",
    "do extra features improve a multivariate forecast": "06a several-columns",
    "model selection without touching the hold out": "06a choose-on-earlier-years",
    "predict the next months after the end of my data": "06a beyond-the-last-row",
    "conformal prediction": "06a intervals",
    "apply it to my own sales data": "06a your-own-series",
    "one global model for hundreds of shops": "06a outlook",
    "when does an rnn win": "06b explore",
    "toggle switch, last event long ago": "06b light-switch",
    "autoregression better than lstm": "06b control",
    "mlp on windows beats recurrent network on chaotic series": "06b mackey-glass",
    "can I drop the network from the ensemble": "06b airline-again",
}
# A longer complaint: one sentence tells, the others are about the rest of somebody's life.
COMPLAINTS = {
    "I have trained my LSTM for weeks. The predictions are nearly the same for every input. Please "
    "help me with my thesis, the deadline is next month.": "02b lost-axis",
    "I train on daily sales of a shop with one layer. The loss goes down and then stays. I have "
    "tried Adam and SGD with several learning rates and nothing helps.": "02b lost-axis",
    "My model forecasts the share price for tomorrow. It follows every peak. But when I trade with "
    "it I lose money.": "05a lag-test",
    "We deployed it last month.\nGreat test error, useless in production.\nManagement is not "
    "amused.": "05a exercise-5a-1",
    "Training runs on 32 windows at a time. I carry the state and it's no better than without! The "
    "card has 8 GB.": "04a rows-that-do-not-continue",
    "I have 32 customers with 20 days each. Each customer's prediction changes when I change the "
    "others in the batch. There is no batch norm.": "02a batch-must-not-leak",
    "gradient accumulation over 4 batches": "07 three-steps",
    "how do I find a silent bug in my rnn": "07 four-networks",
    "sklearn train_test_split with shuffle on time windows": "07 data-and-a-forecast",
    "great backtest but bad live in production": "07 four-networks",
}
FOREIGN = (
    "banana cake",
    "docker compose up fails",
    "weather in Paris",
    "how do I centre a div",
    "pip install tensorflow",
    "convolution kernel stride for images",
    "",
    "   ",
    "???",
    "the",
)


def where(one: Symptom) -> str:
    return f"{one.lesson} {one.anchor}"


@pytest.mark.parametrize("query", QUERIES)
def test_what_somebody_types_finds_the_right_lesson_among_the_first_three(query: str) -> None:
    wanted = QUERIES[query].split(" | ")
    assert set(wanted) & set(map(where, best(query, SYMPTOMS, 3)))


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_one_telling_sentence_is_enough(complaint: str) -> None:
    assert COMPLAINTS[complaint] in map(where, best(complaint, SYMPTOMS, 3))


def test_most_queries_are_answered_in_the_first_row() -> None:
    first = [where(best(query, SYMPTOMS, 1)[0]) in wanted for query, wanted in QUERIES.items()]
    assert len(QUERIES) >= 60
    assert sum(first) > 0.8 * len(first)


def test_the_queries_are_not_copied_from_the_rows() -> None:
    sees = {one.sees.lower().replace("`", "") for one in SYMPTOMS}
    copied = [query for query in QUERIES if query.lower().replace("`", "") in sees]
    # A message is pasted as it is.
    assert len([query for query in copied if not re.search(r"[A-Z(_]", query)]) <= 5


@pytest.mark.parametrize("query", FOREIGN)
def test_what_the_course_does_not_know_finds_nothing(query: str) -> None:
    assert best(query, SYMPTOMS, 3) == []


@pytest.mark.parametrize("one", SYMPTOMS, ids=where)
def test_its_own_words_find_a_symptom_first(one: Symptom) -> None:
    assert one in best(one.sees, SYMPTOMS, 2)


def test_a_typo_is_forgiven() -> None:
    for query in ("exploding gradeint", "explodng gradients", "strait line", "bidirectionel"):
        assert best(query, SYMPTOMS, 3), query


def test_near_words_are_listed() -> None:
    assert "gradients" in nearest("gradiant", SYMPTOMS)
    assert nearest("qqqq", SYMPTOMS) == []


# ---- the rows


def test_there_are_many_and_none_comes_twice() -> None:
    assert len(SYMPTOMS) >= 60
    assert max(Counter(one.sees for one in SYMPTOMS).values()) == 1
    assert set(lessons.parts()) >= {one.lesson for one in SYMPTOMS}


@pytest.mark.parametrize("one", SYMPTOMS, ids=where)
def test_a_row_is_short_and_fits_into_a_table(one: Symptom) -> None:
    assert len(one.sees) < 90
    assert len(one.fault) < 100
    assert one.fault.endswith(".")
    assert not one.sees.endswith(".")
    assert "|" not in one.sees + one.fault
    assert one.sees.count("`") % 2 == 0
    assert one.fault.count("`") % 2 == 0


# ---- what a learner sees


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    bundles: list[dict[str, str]] = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, **_: bundles.append(bundle))
    return bundles


def test_find_shows_a_few_rows_with_links(shown: list[dict[str, str]]) -> None:
    symptoms.find("straight line")
    (bundle,) = shown
    assert "(02b_variable_lengths.ipynb#cell-id=lost-axis)" in bundle["text/markdown"]
    assert bundle["text/markdown"].startswith("- **every prediction is the same: a straight line")
    assert 1 <= len(bundle["text/markdown"].splitlines()) <= 3
    assert "**" not in bundle["text/plain"]


def test_find_says_kindly_that_nothing_fits(shown: list[dict[str, str]]) -> None:
    symptoms.find("gradiens banana recipe for my grandmother's birthday")
    symptoms.find("zzzz")
    assert shown[0]["text/plain"].startswith("Nothing here fits “gradiens banana")
    assert "Words that look like yours: " in shown[0]["text/plain"]
    assert shown[1]["text/plain"].startswith("Nothing here fits “zzzz”. Try other words")
    assert "#cell-id=by-symptom" in shown[1]["text/plain"]


def test_find_wants_a_text() -> None:
    with pytest.raises(TypeError, match="words is 7, wanted a text"):
        symptoms.find(7)  # type: ignore[arg-type]
