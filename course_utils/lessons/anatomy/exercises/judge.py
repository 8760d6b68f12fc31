"""Exercise 2b.6: judge a model without its dropout, and leave it as it was."""

import copy

import torch
from torch import nn

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.anatomy.cases import draw_lengths, with_seed
from course_utils.lessons.anatomy.padding import last
from course_utils.lessons.anatomy.reading import Reader, at_every_step


def judge(
    model: nn.Module,
    loss_of,
    x: torch.Tensor,
    lengths: torch.Tensor,
    targets: torch.Tensor,
) -> float:
    """Give the loss on x (batch, steps, …) without dropout; leave the mode as you found it."""
    was_training = model.training
    model.eval()
    with torch.no_grad():
        y, _ = model(x, lengths)
        loss = loss_of(y, lengths, targets).item()
    model.train(was_training)
    return loss


def on_a_copy(model, loss_of, x, lengths, targets):
    return _loss(copy.deepcopy(model).eval(), loss_of, x, lengths, targets)


def _loss(model, loss_of, x, lengths, targets):
    with torch.no_grad():
        return loss_of(model(x, lengths)[0], lengths, targets).item()


@wrong(
    "Dropout is still on. `torch.no_grad()` has nothing to do with it: it only stops torch from "
    "recording. Call `model.eval()` first."
)
def dropout_still_on(model, loss_of, x, lengths, targets):
    return _loss(model, loss_of, x, lengths, targets)


@wrong(
    "The loss is right, but the model stays in evaluation mode. If you train on after that, you "
    "train without dropout, and nothing tells you."
)
def left_in_evaluation_mode(model, loss_of, x, lengths, targets):
    return _loss(model.eval(), loss_of, x, lengths, targets)


@wrong(
    "This always ends in training mode, even if the model came in evaluation mode. Remember "
    "`model.training` before you call `eval()`."
)
def always_back_to_training(model, loss_of, x, lengths, targets):
    loss = _loss(model.eval(), loss_of, x, lengths, targets)
    model.train()
    return loss


@wrong("`train` and `eval` have changed places: dropout is on while you judge, and off afterwards.")
def modes_swapped(model, loss_of, x, lengths, targets):
    loss = _loss(model.train(), loss_of, x, lengths, targets)
    model.eval()
    return loss


@wrong(
    "This averages ten runs with dropout on. That's less noisy, but still the loss of a network "
    "with half of it missing. Switch dropout off."
)
def mean_of_ten_runs(model, loss_of, x, lengths, targets):
    return sum(_loss(model, loss_of, x, lengths, targets) for _ in range(10)) / 10


@wrong(
    "Only the recurrent layer is in evaluation mode here. A model may have more parts with "
    "dropout: call `eval()` on the whole model."
)
def only_the_recurrent_layer(model, loss_of, x, lengths, targets):
    was_training = model.training
    model.layer.eval()
    loss = _loss(model, loss_of, x, lengths, targets)
    model.train(was_training)
    return loss


class _WithDropoutAtTheEnd(nn.Module):
    """Drops in front of the read-out as well."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.layer, self.readout = reader.layer, reader.readout
        self.drop = nn.Dropout(0.5)

    def forward(self, x, lengths, state=None):
        output, state = self.layer(x, state)
        return self.readout(self.drop(output)), state


def _squared(y: torch.Tensor, lengths: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return nn.functional.mse_loss(last(y, lengths), targets)


def one_more(draw: Draw) -> Case:
    batch, steps = draw.size("batch"), draw.size("steps")
    cell, layers = draw.one_of("cell", (nn.RNN, nn.GRU, nn.LSTM)), draw.one_of("layers", (2, 2, 3))
    sizes, training = (2, 6, layers), draw.one_of("training", (True, True, False))
    layer = with_seed(draw.whole(0, 99), cell, *sizes, batch_first=True, dropout=0.5)
    reader = with_seed(1, Reader, layer, 3, packed=False)
    model: nn.Module = reader
    if draw.one_of("dropout at the end", (False, False, True)):
        model = _WithDropoutAtTheEnd(reader)
    model.train(training)
    x, lengths = draw.tensor(batch, steps, 2), draw_lengths(draw, batch, steps)
    label = f"{layers} layers of {cell.__name__}, {'training' if training else 'evaluation'} mode"
    if draw.one_of("loss", ("numbers", "classes")) == "numbers":
        return Case(model, _squared, x, lengths, draw.tensor(batch, 3), label=label)
    return Case(model, at_every_step, x, lengths, x[..., 0].gt(0).long(), label=label)


def _readable(training: bool) -> Case:
    layer = with_seed(0, nn.RNN, 1, 6, 2, batch_first=True, dropout=0.5)
    model = with_seed(1, Reader, layer, 1, packed=False).train(training)
    x = torch.linspace(-1, 1, 12).reshape(3, 4, 1)
    mode = "training" if training else "evaluation"
    lengths = torch.tensor([4, 2, 3])
    return Case(model, _squared, x, lengths, x.sum(1), label=f"a model in {mode} mode")


JUDGE = Exercise(
    id="2b.6",
    title="Judge without dropout",
    difficulty=2,
    minutes=6,
    reference=judge,
    also_right=(on_a_copy,),
    cases=lambda: (_readable(True), _readable(False)),
    misconceptions=(
        dropout_still_on,
        left_in_evaluation_mode,
        always_back_to_training,
        modes_swapped,
        mean_of_ten_runs,
        only_the_recurrent_layer,
    ),
    hints=(
        "`model.eval()` switches dropout off. `model.training` says which mode the model is in.",
        "Remember `model.training`, call `eval()`, compute the loss under `torch.no_grad()`, and "
        "pass what you remembered to `model.train(…)`.",
    ),
    space=one_more,
    returns=("loss",),
)
