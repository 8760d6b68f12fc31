"""The exercises of lesson 03a: from sin to cos with nn.RNN."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from course_utils.exercises.definitions import Case, Exercise, Misconception, Rejected
from course_utils.recurrent import SequenceModel

# ------------------------------------------------------ 3a.1 no memory


def memoryless_error(x: np.ndarray, y: np.ndarray) -> float:
    """Mean squared error of the best guess of y (n,) that sees only its own x (n,)."""
    total = 0.0
    rounded = np.round(x, 4)
    for value in np.unique(rounded):
        group = y[rounded == value]
        total += np.square(group - group.mean()).sum()
    return float(total / len(y))


def _groups(x: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
    rounded = np.round(x, 4)
    return [y[rounded == value] for value in np.unique(rounded)]


MEMORYLESS = Exercise(
    id="3a.1",
    title="The best that no memory can do",
    difficulty=2,
    minutes=7,
    reference=memoryless_error,
    also_right=(
        lambda x, y: float(sum(np.var(group) * len(group) for group in _groups(x, y)) / len(y)),
    ),
    cases=lambda: (
        Case(
            np.array([0.0, 1.0, 0.0, 1.0, 1.0, 2.0]),
            np.array([3.0, 1.0, 5.0, 2.0, 9.0, 7.0]),
            label="x = 0 twice, 1 three times, 2 once",
        ),
        Case(np.array([0.5, 0.50000001, -0.2, 0.3]), np.array([1.0, -3.0, 2.0, 4.0])),
    ),
    misconceptions=(
        Misconception(
            "always zero",
            "This always says 0. For a whole wave of a cosine that is the best; here it is the "
            "mean of the y that share an x.",
            lambda x, y: float(np.mean(np.square(y))),
        ),
        Misconception(
            "a straight line",
            "This fits a straight line through x and y. The best function need not be straight: "
            "it may say a number of its own for each different x.",
            lambda x, y: float(np.mean((np.polyval(np.polyfit(np.round(x, 4), y, 1), x) - y) ** 2)),
        ),
        Misconception(
            "one guess for all",
            "This guesses the same number everywhere. The guess may depend on x: one guess for "
            "each different input.",
            lambda x, y: float(np.var(y)),
        ),
        Misconception(
            "first seen",
            "This guesses the first y of each input. The best guess under a squared error is "
            "their mean.",
            lambda x, y: float(
                sum(np.square(group - group[0]).sum() for group in _groups(x, y)) / len(y)
            ),
        ),
        Misconception(
            "mean of means",
            "Every input counts the same here, however often it comes. Average over all samples.",
            lambda x, y: float(np.mean([np.var(group) for group in _groups(x, y)])),
        ),
        Misconception(
            "not squared",
            "This is the mean absolute error; wanted is the mean of the squares.",
            lambda x, y: float(
                sum(np.abs(group - group.mean()).sum() for group in _groups(x, y)) / len(y)
            ),
        ),
        Misconception(
            "not rounded",
            "Two inputs that differ in the eighth decimal were taken for different ones. Round x "
            "to four decimals first.",
            lambda x, y: float(
                sum(np.square(y[x == v] - y[x == v].mean()).sum() for v in np.unique(x)) / len(y)
            ),
        ),
    ),
    hints=(
        "Whoever sees only $x$ must say the same thing each time the same $x$ comes. What is the "
        "best thing to say for `y = 3` and `y = 5`?",
        "`np.unique(np.round(x, 4))` lists the different inputs; a mask picks the `y` of one.",
    ),
    returns=("error",),
)

# ------------------------------------------------------- 3a.2 read-out


def read_out(r_out: torch.Tensor, out: nn.Linear) -> torch.Tensor:
    """Send each step of r_out (batch, steps, hidden) through out: (batch, steps, outputs)."""
    batch, steps, hidden = r_out.shape
    column = out(r_out.reshape(-1, hidden))
    return column.reshape(batch, steps, -1)


def _in_a_loop(r_out: torch.Tensor, out: nn.Linear) -> torch.Tensor:
    outs = []
    for time_step in range(r_out.size(1)):
        outs.append(out(r_out[:, time_step, :]))
    return torch.stack(outs, dim=1)


def _read_out_cases() -> tuple[Case, ...]:
    torch.manual_seed(0)
    out, wide = nn.Linear(4, 1), nn.Linear(3, 2)
    return (
        Case(torch.randn(1, 5, 4), out, label="one row, five steps, hidden 4"),
        Case(torch.randn(3, 5, 3), wide, label="three rows, two outputs"),
        Case(
            torch.randn(5, 2, 4).transpose(0, 1),
            out,
            label="two rows, laid in memory as nn.RNN lays them",
        ),
    )


READ_OUT = Exercise(
    id="3a.2",
    title="Read out every step",
    difficulty=1,
    minutes=6,
    reference=read_out,
    also_right=(_in_a_loop, lambda r_out, out: out(r_out)),
    cases=_read_out_cases,
    misconceptions=(
        Misconception(
            "last step only",
            "This reads out the last step alone: many to one. Wanted is one value at each step.",
            lambda r_out, out: out(r_out[:, -1]),
        ),
        Misconception(
            "stacked in front",
            "The steps were stacked as the first axis. Rows stand first: dim=1 is time.",
            lambda r_out, out: torch.stack(
                [out(r_out[:, step]) for step in range(r_out.size(1))], dim=0
            ),
        ),
        Misconception(
            "joined, not stacked",
            "torch.cat joins along an axis that is there already, and the axis of time is lost. "
            "torch.stack makes a new one.",
            lambda r_out, out: torch.cat(
                [out(r_out[:, step]) for step in range(r_out.size(1))], dim=1
            ),
        ),
        Misconception(
            "not folded again",
            "All steps of all rows are one long column now: fold it to (batch, steps, outputs).",
            lambda r_out, out: out(r_out.reshape(-1, r_out.size(2))),
        ),
        Misconception(
            "hidden size for a batch size",
            "The outputs were folded with the hidden size as an axis, as in the tutorial's "
            "view(-1, 32, TIME_STEP). The hidden size is gone after the read-out.",
            lambda r_out, out: out(r_out.reshape(-1, r_out.size(2))).view(
                -1, r_out.size(2), r_out.size(1)
            ),
        ),
        Misconception(
            "view of a turned tensor",
            "view wants its numbers in one piece, and the output of a batch-first layer is not, "
            "as soon as there are two rows. Use reshape.",
            lambda r_out, out: out(r_out.view(-1, r_out.size(2))).view(
                r_out.size(0), r_out.size(1), -1
            ),
        ),
    ),
    hints=(
        "Lay all steps of all rows in one long column (batch · steps, hidden), and fold the "
        "answers again.",
        "`reshape(-1, r_out.size(2))` lays the column. Or ask yourself whether `out` needs it.",
    ),
    returns=("read-out",),
)

# ---------------------------------------------------- 3a.3 batch first


def to_batch_first(r_out: torch.Tensor) -> torch.Tensor:
    """Turn r_out (steps, batch, hidden) into (batch, steps, hidden), each row its own story."""
    return r_out.transpose(0, 1)


BATCH_FIRST = Exercise(
    id="3a.3",
    title="Turn the axes without mixing the rows",
    difficulty=1,
    minutes=4,
    reference=to_batch_first,
    also_right=(lambda r_out: torch.stack([r_out[:, row] for row in range(r_out.size(1))]),),
    cases=lambda: (
        Case(torch.arange(12.0).reshape(3, 2, 2), label="three steps, two rows"),
        Case(torch.arange(40.0).reshape(2, 5, 4), label="two steps, five rows"),
    ),
    misconceptions=(
        Misconception(
            "view",
            "The shape is right and the rows are mixed: view and reshape keep the numbers in the "
            "order of memory. Turning axes is transpose's job.",
            lambda r_out: r_out.reshape(r_out.size(1), r_out.size(0), -1),
        ),
        Misconception(
            "left as it is",
            "This is still time first.",
            lambda r_out: r_out,
        ),
        Misconception(
            "the wrong axes",
            "Two other axes were turned: time is axis 0, the rows are axis 1.",
            lambda r_out: r_out.transpose(1, 2),
        ),
        Misconception(
            "all axes turned round",
            "The hidden axis came to the front. It stays where it is: last.",
            lambda r_out: r_out.permute(2, 1, 0),
        ),
        Misconception(
            "time runs backwards",
            "Within each row, time runs backwards.",
            lambda r_out: r_out.flip(0).transpose(0, 1),
        ),
    ),
    hints=(
        "After the change, `result[1, 2]` must be what `r_out[2, 1]` was.",
        "There is a method that swaps two axes; `view` is not it.",
    ),
    returns=("turned tensor",),
)

# --------------------------------------------------------- 3a.4 training


def train(
    rnn: nn.Module, inputs: torch.Tensor, targets: torch.Tensor, lr: float
) -> tuple[list[float], torch.Tensor | None]:
    """Train on chunks (chunks, batch, steps, 1) with Adam: the losses, and the last state."""
    optimizer = torch.optim.Adam(rnn.parameters(), lr=lr)
    h_state: torch.Tensor | None = None
    losses: list[float] = []
    for x, y in zip(inputs, targets, strict=True):
        prediction, h_state = rnn(x, h_state)
        h_state = h_state.detach()
        loss = nn.functional.mse_loss(prediction, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, h_state


def _train_with_a_word_for_each_step(
    rnn: nn.Module, inputs: torch.Tensor, targets: torch.Tensor, lr: float
) -> tuple[list[float], torch.Tensor]:
    optimizer = torch.optim.Adam(rnn.parameters(), lr=lr)
    losses: list[float] = []
    state: torch.Tensor = torch.zeros(1, inputs.size(1), 3)
    for number in range(len(inputs)):
        rnn.zero_grad()
        y, after = rnn(inputs[number], state.data)
        loss = ((y - targets[number]) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
        state = after.detach()
    return losses, state


def _train_wrongly(slip: str) -> Callable[..., tuple[list[Any], Any]]:
    def answer(
        rnn: nn.Module, inputs: torch.Tensor, targets: torch.Tensor, lr: float
    ) -> tuple[list[Any], Any]:
        kind = torch.optim.SGD if slip == "SGD" else torch.optim.Adam
        optimizer = kind(rnn.parameters(), lr=0.02 if slip == "fixed rate" else lr)
        start: Any = None
        after: Any = None
        losses: list[Any] = []
        for x, y in zip(inputs, targets, strict=True):
            prediction, after = rnn(x, start)
            kept = after if slip in ("no detach", "retain") else after.detach()
            start = None if slip == "reset" else kept
            loss = nn.functional.mse_loss(prediction, y)
            if slip == "new optimizer":
                optimizer = torch.optim.Adam(rnn.parameters(), lr=lr)
            if slip != "no zero_grad":
                optimizer.zero_grad()
            loss.backward(retain_graph=slip == "retain")
            if slip != "unmoved":
                optimizer.step()
            losses.append(loss.detach() if slip == "tensors" else loss.item())
        return losses, after if slip == "late detach" else after.detach()

    return answer


def _train_cases() -> tuple[Case, ...]:
    torch.manual_seed(3)
    return (
        Case(
            SequenceModel(hidden=3),
            torch.randn(4, 1, 5, 1),
            torch.randn(4, 1, 5, 1),
            0.02,
            label="four chunks",
        ),
        Case(SequenceModel(hidden=3), torch.randn(3, 2, 4, 1), torch.randn(3, 2, 4, 1), 0.1),
    )


def _state_has_no_history(answer: Callable[..., Any]) -> None:
    torch.manual_seed(0)
    _, state = answer(
        SequenceModel(hidden=3), torch.randn(2, 1, 3, 1), torch.randn(2, 1, 3, 1), 0.02
    )
    if state.requires_grad:
        raise Rejected("the state that you give back still hangs on the graph of its chunk")


TRAIN = Exercise(
    id="3a.4",
    title="Put the lost lines back",
    difficulty=2,
    minutes=10,
    reference=train,
    also_right=(_train_with_a_word_for_each_step,),
    cases=_train_cases,
    misconceptions=(
        Misconception(
            "the weights never move",
            "Nothing is learnt: the weights stay as they were. Without backward() there are no "
            "gradients; without step() nobody uses them; and zero_grad() between the two wipes "
            "them out. Which of the three is it?",
            _train_wrongly("unmoved"),
        ),
        Misconception(
            "no zero_grad",
            "The gradients of all chunks so far are added up: zero_grad() is missing.",
            _train_wrongly("no zero_grad"),
        ),
        Misconception(
            "no detach",
            "The state still hangs on the graph of the chunk before, which backward() has used "
            "up. Cut it: h_state = h_state.detach().",
            _train_wrongly("no detach"),
        ),
        Misconception(
            "retain_graph",
            "retain_graph=True keeps the old graphs, and step() has changed the weights in them "
            "meanwhile. The state wants detach(), and backward() no argument.",
            _train_wrongly("retain"),
        ),
        Misconception(
            "reset",
            "Every chunk starts from zeros here. Hand the state on: rnn(x, h_state).",
            _train_wrongly("reset"),
        ),
        Misconception(
            "a new optimiser each round",
            "Adam is made anew for each chunk, and forgets what it has gathered. Make it once, "
            "before the loop.",
            _train_wrongly("new optimizer"),
        ),
        Misconception(
            "a fixed rate",
            "The rate is 0.02 whatever comes in: use the argument lr.",
            _train_wrongly("fixed rate"),
        ),
        Misconception(
            "plain gradient descent",
            "This is SGD; wanted is torch.optim.Adam.",
            _train_wrongly("SGD"),
        ),
        Misconception(
            "losses alone",
            "Only the losses came back. Return two things: the losses, and the last state.",
            lambda rnn, inputs, targets, lr: train(rnn, inputs, targets, lr)[0],
        ),
        Misconception(
            "losses as tensors",
            "The losses are tensors. loss.item() makes a plain number of one.",
            _train_wrongly("tensors"),
        ),
        Misconception(
            "detached too late",
            "The losses are right. But the last state was handed back with its history.",
            _train_wrongly("late detach"),
        ),
    ),
    properties=(_state_has_no_history,),
    hints=(
        "In each round: predict, cut the state's history, take the loss; then three lines that "
        "begin with `optimizer`, `loss` and `optimizer`.",
        "`h_state = None` before the loop; `loss.item()` for the list; the state goes back "
        "detached.",
    ),
    returns=("loss list", "h_state"),
)

# ----------------------------------------------------------- 3a.5 detach


def cut(
    state: torch.Tensor | tuple[torch.Tensor, torch.Tensor],
) -> torch.Tensor | tuple[torch.Tensor, torch.Tensor]:
    """Cut the history of a state (1, batch, hidden), or of an LSTM's pair (h, c) of them."""
    if isinstance(state, tuple):
        h, c = state
        return h.detach(), c.detach()
    return state.detach()


def _cut_wrongly(state: Any, how: Callable[[torch.Tensor], torch.Tensor]) -> Any:
    return tuple(how(part) for part in state) if isinstance(state, tuple) else how(state)


def _detached_but_not_kept(state: Any) -> Any:
    for part in state if isinstance(state, tuple) else (state,):
        part.detach()
    return state


def _nothing_hangs_on(answer: Callable[..., Any]) -> None:
    def attached() -> torch.Tensor:
        return 2 * torch.ones(1, 2, 3, requires_grad=True)

    h = answer(attached())
    if h.requires_grad:
        raise Rejected("the state still has a history: its requires_grad is True")
    h, c = answer((attached(), attached()))
    if h.requires_grad or c.requires_grad:
        raise Rejected("of the pair (h, c), at least one still has a history")
    original = attached()
    answer(original)
    if not original.requires_grad:
        raise Rejected("the state that came in lost its own history")


CUT = Exercise(
    id="3a.5",
    title="Cut the history, keep the numbers",
    difficulty=1,
    minutes=4,
    reference=cut,
    also_right=(
        lambda state: (
            tuple(part.data for part in state) if isinstance(state, tuple) else state.data
        ),
    ),
    cases=lambda: (
        Case(torch.arange(6.0).reshape(1, 2, 3), label="the state of an RNN"),
        Case((torch.ones(1, 2, 3), torch.full((1, 2, 3), 2.0)), label="the pair of an LSTM"),
    ),
    misconceptions=(
        Misconception(
            "a pair has no detach",
            "That works for a tensor. An LSTM's state is a tuple of two, and a tuple has no "
            "method detach: cut both parts.",
            lambda state: state.detach(),
        ),
        Misconception(
            "h alone",
            "Of the pair only h came back. An LSTM carries both.",
            lambda state: state[0].detach() if isinstance(state, tuple) else state.detach(),
        ),
        Misconception(
            "zeros",
            "The history is gone and the numbers too. That is a reset; wanted are the same "
            "numbers.",
            lambda state: _cut_wrongly(state, torch.zeros_like),
        ),
        Misconception(
            "not assigned",
            "state.detach() gives a new tensor back and leaves the old one as it was: return (or "
            "assign) what it gives. A clone has a history too.",
            _detached_but_not_kept,
        ),
        Misconception(
            "c forgotten",
            "h was cut and c was not: backward() would run into the past through c.",
            lambda state: (
                (state[0].detach(), state[1]) if isinstance(state, tuple) else state.detach()
            ),
        ),
    ),
    properties=(_nothing_hangs_on,),
    hints=(
        "`isinstance(state, tuple)` tells an LSTM's state from an RNN's.",
        "`tensor.detach()` returns a tensor with the same numbers and no history.",
    ),
    returns=("state",),
)

# ------------------------------------------------------------------ quiz


def parameter_count() -> int:
    """Count the numbers that the published network learns."""
    return sum(p.numel() for p in (*nn.RNN(1, 32).parameters(), *nn.Linear(32, 1).parameters()))


QUIZ_SIZE = Exercise(
    id="3a.Q1",
    title="How many numbers does the network learn?",
    difficulty=1,
    minutes=3,
    kind="value",
    reference=parameter_count,
    also_right=(lambda: 32 + 32 * 32 + 2 * 32 + 32 + 1,),
    cases=(),
    misconceptions=(
        Misconception(
            "read-out forgotten",
            "The linear read-out is missing: 32 weights and a bias.",
            lambda: parameter_count() - 33,
        ),
        Misconception(
            "one bias",
            "torch's layer has two bias vectors, b_ih and b_hh; one of them is missing here.",
            lambda: parameter_count() - 32,
        ),
        Misconception(
            "once for each step",
            "The same weights serve all ten steps: they are counted once.",
            lambda: 10 * parameter_count(),
        ),
    ),
    hints=("Make the network and count.", "`sum(p.numel() for p in rnn.parameters())`"),
    rtol=0.0,
    atol=0.0,
)


def right_places() -> int:
    """Count the states of 4 rows and 10 steps that view(4, 10, -1) leaves where they belong."""
    numbers = torch.arange(40).reshape(10, 4, 1)
    return int((numbers.view(4, 10, -1) == numbers.transpose(0, 1)).sum())


QUIZ_PLACES = Exercise(
    id="3a.Q2",
    title="How many states does the silent view leave in place?",
    difficulty=2,
    minutes=4,
    kind="value",
    reference=right_places,
    also_right=(
        lambda: sum(row * 10 + step == step * 4 + row for row in range(4) for step in range(10)),
    ),
    cases=(),
    misconceptions=(
        Misconception(
            "the first row",
            "Only the first number of row 0 is sure to be right: what stands beside it is row 1.",
            lambda: 10,
        ),
        Misconception(
            "the first alone",
            "The first is in its place, and it is not the only one. Count by a run.",
            lambda: 1,
        ),
        Misconception(
            "the two ends",
            "First and last are in their places, and some between them too. Count by a run.",
            lambda: 2,
        ),
        Misconception("all", "Then nothing would be scrambled.", lambda: 40),
    ),
    hints=(
        "Number the states: `torch.arange(40).reshape(10, 4, 1)` is time first.",
        "Turn it both ways, compare with `==`, and count.",
    ),
    rtol=0.0,
    atol=0.0,
)


def fails_in() -> int:
    """Give the chunk, counted from 1, in which a loop fails that cuts after chunk 1 alone."""
    model = SequenceModel()
    state = None
    for number in range(1, 11):
        prediction, state = model(torch.ones(1, 10, 1), state)
        if number == 1:
            state = state.detach()
        try:
            prediction.sum().backward()
        except RuntimeError:
            return number
    return 0


QUIZ_FAILS = Exercise(
    id="3a.Q3",
    title="Where does it fail?",
    difficulty=1,
    minutes=3,
    kind="value",
    reference=fails_in,
    also_right=(lambda: 3,),
    cases=(),
    misconceptions=(
        Misconception(
            "in the second",
            "Chunk 2 starts from a state without a history, and its backward() stops there.",
            lambda: 2,
        ),
        Misconception(
            "never",
            "One cut keeps one border. The state that chunk 2 leaves has a history again.",
            lambda: 0,
        ),
        Misconception(
            "in the last",
            "The first backward() that meets a used-up history fails. None before the last?",
            lambda: 10,
        ),
    ),
    hints=(
        "Which state has a history: the one that chunk 1 left, or the one that chunk 2 left?",
        "In `two_chunks` make `range(2)` a `range(10)`, and cut where `number` is 0 only. Then "
        "count the lines that it prints.",
    ),
    rtol=0.0,
    atol=0.0,
)

EXERCISES = (
    MEMORYLESS,
    READ_OUT,
    BATCH_FIRST,
    TRAIN,
    CUT,
    QUIZ_SIZE,
    QUIZ_PLACES,
    QUIZ_FAILS,
)
