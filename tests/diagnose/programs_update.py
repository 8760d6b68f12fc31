"""Training steps: right ones, also of unusual design, and ones with a silent fault."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.diagnose.program import Programs
from tests.diagnose.programs_network import Built, gru, lstm, walk

PROGRAMS = Programs()
faulty, right = PROGRAMS.faulty, PROGRAMS.right
ROWS, STEPS, FEATURES, HIDDEN = 8, 6, 3, 8
LENGTHS = torch.tensor([3, 6, 4, 2, 5, 6, 4, 3])
REAL = torch.arange(STEPS)[None] < LENGTHS[:, None]


class Reader(nn.Module):
    """A GRU and a read-out: of the last step, or of every step."""

    def __init__(self, out: int = 1, every: bool = False, features: int = FEATURES) -> None:
        super().__init__()
        self.rnn = gru(features)
        self.out = nn.Linear(HIDDEN, out)
        self.every = every

    def forward(self, x: Tensor) -> Tensor:
        states = self.rnn(x)[0]
        return self.out(states if self.every else states[:, -1])


class Carrier(nn.Module):
    """An LSTM that takes a state and gives it back."""

    def __init__(self) -> None:
        super().__init__()
        self.rnn = lstm()
        self.out = nn.Linear(HIDDEN, 1)

    def forward(self, x: Tensor, state: Any = None) -> tuple[Tensor, Any]:
        states, state = self.rnn(x, state)
        return self.out(states), state


def sums(every: bool = False) -> tuple[Tensor, Tensor]:
    x = torch.randn(ROWS, STEPS, FEATURES)
    y = 0.5 * x.cumsum(1)[..., :1]
    return x, y if every else y[:, -1]


def classes(count: int = 3) -> tuple[Tensor, Tensor]:
    x = torch.randn(ROWS, STEPS, FEATURES)
    return x, x.sum(1).argmax(1) % count


def adam(model: nn.Module, rate: float = 0.01) -> torch.optim.Optimizer:
    return torch.optim.Adam(model.parameters(), lr=rate)


def sgd(model: nn.Module, rate: float = 0.05, **how: Any) -> torch.optim.Optimizer:
    return torch.optim.SGD(model.parameters(), lr=rate, **how)


def detach(state: Any) -> Any:
    return tuple(part.detach() for part in state)


def plain(
    model: nn.Module,
    loss: Callable[[Tensor, Tensor], Tensor] = F.mse_loss,
    optimiser: torch.optim.Optimizer | None = None,
    between: Callable[[], object] = lambda: None,
    after: Callable[[], object] = lambda: None,
) -> Callable[[Tensor, Tensor], float]:
    """Make an ordinary step; ``between`` stands after backward(), ``after`` at its end."""
    optimiser = optimiser or adam(model)

    def step(x: Tensor, y: Tensor) -> float:
        optimiser.zero_grad()
        value = loss(model(x), y)
        value.backward()
        between()
        optimiser.step()
        after()
        return value.item()

    return step


def made(model: Any, step: Any, pair: tuple[Tensor, Tensor], **more: Any) -> dict[str, Any]:
    return {"model": model, "step": step, "x": pair[0], "y": pair[1], **more}


# ---------------------------------------------------------------- faults after public threads
@faulty("gradients_pile_up")
def gradients_never_cleared():
    model = Reader()
    optimiser = sgd(model)

    def step(x, y):
        loss = F.mse_loss(model(x), y)
        loss.backward()
        optimiser.step()
        return loss.item()

    return made(model, step, sums())


@faulty("parameter_still")
def read_out_replaced_after_the_optimiser():
    model = Reader()
    optimiser = adam(model)
    model.out = nn.Linear(HIDDEN, 1)
    return made(model, plain(model, optimiser=optimiser), sums())


@faulty("no_gradient", "parameter_still")
def loss_made_outside_the_graph():
    model = Reader()

    def loss(out, y):
        error = out.detach().numpy() - y.numpy()
        return torch.tensor(float((error**2).mean()), requires_grad=True)

    return made(model, plain(model, loss), sums())


class Horizon(nn.Module):
    """Reads a row and tells three steps ahead."""

    def __init__(self) -> None:
        super().__init__()
        self.enc, self.dec, self.out = gru(), gru(1), nn.Linear(HIDDEN, 1)

    def forward(self, x: Tensor) -> Tensor:
        places = torch.tensor([1.0, 2.0, 3.0]).view(1, 3, 1).expand(len(x), 3, 1)
        return self.out(self.dec(places, self.enc(x)[1])[0])


@faulty("shapes_broadcast", "learns_nothing")
def every_step_against_every_target():
    model = Horizon()
    x, _ = sums()
    y = 0.5 * x.cumsum(1)[:, -3:, :1].transpose(1, 2).contiguous()
    return made(model, plain(model, lambda out, y: (out - y).abs().sum()), (x, y))


@faulty("no_gradient", "parameter_still")
def one_head_read_twice():
    def forward(self, x):
        state = self.rnn(x)[0][:, -1]
        return torch.cat([head(state) for head in self.heads], 1)

    def loss(out, y):
        mean, up, _ = out.split(1, 1)
        error = (y - mean).detach()
        high = (F.softplus(up) - error.clamp(min=0)).abs().mean()
        low = (F.softplus(up) - (-error).clamp(min=0)).abs().mean()
        return F.mse_loss(mean, y) + high + low

    heads = nn.ModuleList(nn.Linear(HIDDEN, 1) for _ in range(3))
    model = Built(forward, rnn=lstm(), heads=heads)
    return made(model, plain(model, loss), sums())


@faulty("clip_not_applied")
def clipped_after_the_step():
    model = Reader()
    clip = lambda: nn.utils.clip_grad_norm_(model.parameters(), 0.5)  # noqa: E731
    x, y = sums()
    return made(model, plain(model, optimiser=sgd(model, 0.01), after=clip), (x, 20 * y), clip=0.5)


class Detaching(nn.Module):
    """A cell whose state is detached at every step."""

    def __init__(self, every: bool = False) -> None:
        super().__init__()
        self.cell, self.out, self.every = nn.GRUCell(FEATURES, HIDDEN), nn.Linear(HIDDEN, 1), every

    def forward(self, x: Tensor) -> Tensor:
        h, states = torch.zeros(len(x), HIDDEN), []
        for t in range(x.shape[1]):
            h = self.cell(x[:, t], h.detach())
            states.append(h)
        return self.out(torch.stack(states, 1) if self.every else h)


@faulty("gradient_cut")
def state_detached_at_every_step():
    model = Detaching()
    return made(model, plain(model), sums())


@faulty("learns_nothing")
def softmax_before_cross_entropy():
    whole = Built(lambda self, x: F.softmax(self.inner(x), 1), inner=Reader(3))
    return made(whole, plain(whole, F.cross_entropy, adam(whole, 0.02)), classes())


# ---------------------------------------------------------------- more faults
@faulty("gradient_cut")
def state_detached_at_every_step_of_many_targets():
    model = Detaching(every=True)
    return made(model, plain(model, F.l1_loss), sums(every=True))


@faulty("gradient_cut")
def tokens_and_a_state_made_anew():
    def forward(self, x):
        x, h = self.table(x), None
        for t in range(x.shape[1]):
            h = self.rnn(x[:, t : t + 1], None if h is None else h.data)[1]
        return self.out(h[-1])

    model = Built(forward, table=nn.Embedding(12, 4), rnn=gru(4), out=nn.Linear(HIDDEN, 1))
    return made(model, plain(model), (torch.randint(12, (ROWS, STEPS)), torch.randn(ROWS, 1)))


@faulty("gradients_lost")
def cleared_between_backward_and_step():
    model = Reader()
    optimiser = adam(model)
    return made(model, plain(model, optimiser=optimiser, between=optimiser.zero_grad), sums())


@faulty("gradients_lost")
def cleared_for_every_part_of_a_large_batch():
    model = Reader()
    optimiser = sgd(model)
    count = 0

    def step(x, y):
        nonlocal count
        optimiser.zero_grad()
        loss = F.mse_loss(model(x), y) / 4
        loss.backward()
        count += 1
        if count % 4 == 0:
            optimiser.step()
        return loss.item()

    return made(model, step, sums(), accumulate=4)


@faulty("gradients_lost")
def cleared_for_every_chunk_and_used_once():
    model = Carrier()
    optimiser = adam(model)

    def step(x, y):
        state, total = None, 0.0
        for part, target in zip(x.split(2, 1), y.split(2, 1), strict=True):
            optimiser.zero_grad()
            out, state = model(part, state)
            loss = F.mse_loss(out, target)
            loss.backward()
            state = detach(state)
            total += loss.item()
        optimiser.step()
        return total

    return made(model, step, sums(every=True))


@faulty("graph_kept")
def losses_added_up_with_their_graphs():
    model = Reader()
    optimiser = adam(model)
    total = torch.zeros(())

    def step(x, y):
        nonlocal total
        optimiser.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        optimiser.step()
        total = total + loss
        return float(total.detach())

    return made(model, step, sums())


@faulty("graph_kept")
def losses_kept_in_a_list():
    model = Reader()
    losses: list[Tensor] = []
    step = plain(model, lambda out, y: losses.append(F.mse_loss(out, y)) or losses[-1])
    return made(model, step, sums())


@faulty("graph_kept")
def state_carried_with_its_graph():
    model = Carrier()
    optimiser, state = adam(model), None

    def step(x, y):
        nonlocal state
        optimiser.zero_grad()
        out, state = model(x, state)
        loss = F.mse_loss(out, y)
        loss.backward()
        optimiser.step()
        return loss.item()

    return made(model, step, sums(every=True), stateful=True)


@faulty("graph_kept")
def graph_retained_to_silence_the_error():
    model = Carrier()
    optimiser, state = sgd(model), None

    def step(x, y):
        nonlocal state
        out, state = model(x, state)
        loss = F.mse_loss(out, y)
        optimiser.zero_grad()
        grads = torch.autograd.grad(loss, list(model.parameters()), retain_graph=True)
        for one, gradient in zip(model.parameters(), grads, strict=True):
            one.data.sub_(0.05 * gradient)
        return loss.item()

    return made(model, step, sums(every=True), stateful=True)


@faulty("learning_rate_zero", "parameter_still")
def warm_up_in_whole_numbers():
    model = Reader()
    optimiser = adam(model)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda number: number // 1000)
    return made(model, plain(model, optimiser=optimiser, after=schedule.step), sums())


@faulty("learning_rate_zero")
def rate_divided_at_every_batch():
    model = Reader()
    optimiser = adam(model)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimiser, 0.1)
    return made(model, plain(model, optimiser=optimiser, after=schedule.step), sums())


@faulty("mode_changed")
def left_in_evaluation_mode():
    model = Built(
        lambda self, x: self.out(self.drop(self.rnn(x)[0][:, -1])),
        rnn=gru(), drop=nn.Dropout(0.2), out=nn.Linear(HIDDEN, 1),
    )  # fmt: skip
    return made(model, plain(model, after=model.eval), sums())


@faulty("mode_changed")
def gradients_left_switched_off():
    model = Reader()
    optimiser = adam(model)

    def step(x, y):
        optimiser.zero_grad()
        loss = F.mse_loss(model(x), y)
        if loss.requires_grad:
            loss.backward()
            optimiser.step()
        torch.set_grad_enabled(False)
        return float(model(x).mean())

    return made(model, step, sums())


@faulty("shapes_broadcast")
def column_against_list():
    model = Reader()
    x, y = sums()
    return made(model, plain(model), (x, y.squeeze(1)))


@faulty("shapes_broadcast", "learns_nothing")
def one_answer_against_every_step():
    model = Reader()
    x, y = sums(every=True)
    return made(model, plain(model), (x, y.squeeze(2)))


@faulty("padding_read")
def loss_over_padding():
    model = Reader(every=True)
    x, y = sums(every=True)
    return made(model, plain(model), (x * REAL[..., None], y * REAL[..., None]), lengths=LENGTHS)


@faulty("frozen_moves")
def frozen_by_a_word_that_nobody_reads():
    model = Reader()
    model.rnn.requires_grad = False
    return made(model, plain(model), sums(), frozen=["rnn"])


@faulty("frozen_moves")
def frozen_and_decayed():
    model = Reader()
    optimiser = sgd(model, weight_decay=0.1)
    step = plain(model, optimiser=optimiser, between=lambda: model.rnn.weight_ih_l0.grad.zero_())
    return made(model, step, sums(), frozen=["rnn.weight_ih_l0"])


@faulty("learns_nothing")
def loss_with_the_wrong_sign():
    model = Reader()
    return made(model, plain(model, lambda out, y: -F.mse_loss(out, y)), sums())


@faulty("learns_nothing")
def sigmoid_twice():
    whole = Built(lambda self, x: torch.sigmoid(self.inner(x)), inner=Reader())
    x, y = sums()
    return made(whole, plain(whole, F.binary_cross_entropy_with_logits), (x, (y > 0).float()))


@faulty("learns_nothing")
def likelihood_of_plain_scores():
    model = Reader(3)
    return made(model, plain(model, F.nll_loss), classes())


@faulty("learns_nothing")
def sigmoid_for_passengers():
    whole = Built(lambda self, x: torch.sigmoid(self.inner(x)), inner=Reader())
    x, y = sums()
    return made(whole, plain(whole), (x, 300 + 100 * y))


@faulty("learns_nothing")
def rows_shuffled_without_their_targets():
    model = Reader()
    optimiser = adam(model)

    def step(x, y):
        optimiser.zero_grad()
        loss = F.mse_loss(model(x[torch.randperm(len(x))]), y)
        loss.backward()
        optimiser.step()
        return loss.item()

    return made(model, step, sums())


@faulty("learns_nothing")
def rate_far_too_high():
    model = Reader()
    return made(model, plain(model, optimiser=sgd(model, 50.0)), sums())


@faulty("no_gradient", "parameter_still")
def encoder_under_no_grad():
    def forward(self, x):
        with torch.no_grad():
            h = self.rnn(x)[1][-1]
        return self.out(h)

    model = Built(forward, rnn=gru(), out=nn.Linear(HIDDEN, 1))
    return made(model, plain(model), sums())


@faulty("no_gradient", "parameter_still")
def answers_rounded():
    model = Reader()
    return made(model, plain(model, lambda out, y: F.mse_loss(out.round(), y)), sums())


@faulty("parameter_still")
def encoder_in_no_optimiser():
    model = Horizon()
    optimiser = torch.optim.Adam([*model.dec.parameters(), *model.out.parameters()], lr=0.01)
    x, _ = sums()
    return made(model, plain(model, optimiser=optimiser), (x, 0.5 * x.cumsum(1)[:, -3:, :1]))


@faulty("parameter_still", "no_gradient")
def backward_forgotten():
    model = Reader()
    optimiser = adam(model)

    def step(x, y):
        optimiser.zero_grad()
        loss = F.mse_loss(model(x), y)
        optimiser.step()
        return loss.item()

    return made(model, step, sums())


@faulty("parameter_still", "gradients_lost")
def optimiser_never_steps():
    model = Reader()
    optimiser = adam(model)

    def step(x, y):
        optimiser.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        return loss.item()

    return made(model, step, sums())


@faulty("clip_not_applied")
def clipped_before_backward():
    model = Reader()
    optimiser = sgd(model, 0.01)

    def step(x, y):
        optimiser.zero_grad()
        loss = F.mse_loss(model(x), y)
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        loss.backward()
        optimiser.step()
        return loss.item()

    return made(model, step, sums(), clip=1.0)


@faulty("clip_not_applied")
def clipped_with_a_generator_used_up():
    model = Reader()
    wanted = model.parameters()
    clip = lambda: nn.utils.clip_grad_norm_(wanted, 1.0)  # noqa: E731
    clip()
    return made(model, plain(model, between=clip), sums(), clip=1.0)


@faulty("state_not_continued")
def state_never_carried():
    model = Carrier()
    return made(
        model, plain(model, lambda out, y: F.mse_loss(out[0], y)), sums(True), stateful=True
    )


@faulty("state_not_continued")
def prediction_moves_the_state_on():
    model = Carrier()
    optimiser, state = adam(model), None

    def step(x, y):
        nonlocal state
        optimiser.zero_grad()
        out, state = model(x, state)
        loss = F.mse_loss(out, y)
        loss.backward()
        optimiser.step()
        with torch.no_grad():
            _, state = model(x, detach(state))
        return loss.item()

    return made(model, step, sums(every=True), stateful=True)


class Keeper(nn.Module):
    """An LSTM that keeps its state on itself."""

    def __init__(self) -> None:
        super().__init__()
        self.inner, self.state = Carrier(), None

    def forward(self, x: Tensor) -> Tensor:
        out, state = self.inner(x, self.state)
        self.state = detach(state)
        return out


@faulty("state_not_continued")
def prediction_moves_the_kept_state_on():
    model = Keeper()

    def predict():
        with torch.no_grad():
            model(pair[0])

    pair = sums(every=True)
    return made(model, plain(model, after=predict), pair, stateful=True)


@faulty("shapes_broadcast")
def list_against_column():
    whole = Built(lambda self, x: self.inner(x)[:, 0], inner=Reader())
    return made(whole, plain(whole), sums())


@faulty("padding_read")
def padding_tokens_as_targets():
    def forward(self, x):
        return self.out(self.rnn(self.table(x))[0]).transpose(1, 2)

    model = Built(forward, table=nn.Embedding(9, 4), rnn=gru(4), out=nn.Linear(HIDDEN, 9))
    x = torch.randint(1, 9, (ROWS, STEPS)) * REAL
    y = torch.randint(1, 9, (ROWS, STEPS)) * REAL
    return made(model, plain(model, F.cross_entropy), (x, y), lengths=LENGTHS)


@faulty("gradients_pile_up")
def only_one_of_two_optimisers_cleared():
    model = Horizon()
    one, two = adam(model.enc), torch.optim.Adam([*model.dec.parameters(), *model.out.parameters()])

    def step(x, y):
        two.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        one.step()
        two.step()
        return loss.item()

    x, _ = sums()
    return made(model, step, (x, 0.5 * x.cumsum(1)[:, -3:, :1]))


@faulty("gradients_lost")
def one_of_two_optimisers_cleared_too_late():
    model = Horizon()
    one, two = adam(model.enc), torch.optim.Adam([*model.dec.parameters(), *model.out.parameters()])

    def step(x, y):
        two.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        one.zero_grad()
        one.step()
        two.step()
        return loss.item()

    x, _ = sums()
    return made(model, step, (x, 0.5 * x.cumsum(1)[:, -3:, :1]))


@faulty("gradients_lost", "parameter_still")
def step_before_backward():
    model = Reader()
    optimiser = adam(model)

    def step(x, y):
        optimiser.zero_grad()
        loss = F.mse_loss(model(x), y)
        optimiser.step()
        loss.backward()
        return loss.item()

    return made(model, step, sums())


@faulty("learning_rate_zero")
def rate_of_one_group_forgotten():
    model = Reader()
    groups = [
        {"params": model.rnn.parameters(), "lr": 0.0},
        {"params": model.out.parameters(), "lr": 0.01},
    ]
    return made(model, plain(model, optimiser=torch.optim.Adam(groups)), sums())


@faulty("gradient_cut")
def an_update_for_every_step():
    return chunked(1)


@faulty("mode_changed")
def one_layer_left_in_evaluation_mode():
    model = Built(
        lambda self, x: self.out(self.rnn(x)[0][:, -1]),
        rnn=lstm(num_layers=2, dropout=0.3), out=nn.Linear(HIDDEN, 1),
    )  # fmt: skip
    return made(model, plain(model, after=model.rnn.eval), sums())


@faulty("learning_rate_zero", "learns_nothing")
def rate_too_small_to_move_anything():
    model = Reader()
    return made(model, plain(model, optimiser=sgd(model, 1e-12)), sums())


# ---------------------------------------------------------------- right, and said to be
@right
def zero_forward_backward_step():
    model = Reader()
    return made(model, plain(model), sums())


@right
def table_frozen_and_declared():
    def forward(self, x):
        return self.out(self.rnn(self.table(x))[0][:, -1])

    model = Built(forward, table=nn.Embedding(12, 4), rnn=lstm(4), out=nn.Linear(HIDDEN, 1))
    model.table.weight.requires_grad_(False)
    wanted = [one for one in model.parameters() if one.requires_grad]
    step = plain(model, optimiser=torch.optim.Adam(wanted, lr=0.01))
    pair = torch.randint(12, (ROWS, STEPS)), torch.randn(ROWS, 1)
    return made(model, step, pair, frozen=["table.weight"])


@right
def two_optimisers():
    model = Horizon()
    one = sgd(model.enc)
    two = torch.optim.SGD([*model.dec.parameters(), *model.out.parameters()], lr=0.02)

    def step(x, y):
        one.zero_grad()
        two.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        one.step()
        two.step()
        return loss.item()

    x, _ = sums()
    return made(model, step, (x, 0.5 * x.cumsum(1)[:, -3:, :1]))


def chunked(size: int) -> dict[str, Any]:
    model = Carrier()
    optimiser = sgd(model)

    def step(x, y):
        state, total = None, 0.0
        for part, target in zip(x.split(size, 1), y.split(size, 1), strict=True):
            optimiser.zero_grad()
            out, state = model(part, state)
            loss = F.mse_loss(out, target)
            loss.backward()
            optimiser.step()
            state = detach(state)
            total += loss.item()
        return total

    return made(model, step, sums(every=True))


@right
def an_update_for_every_chunk():
    return chunked(3)


@right
def an_update_for_every_two_steps():
    return chunked(2)


# ---------------------------------------------------------------- right, of unusual design
def accumulating(declared: dict[str, Any]) -> dict[str, Any]:
    model = Reader()
    optimiser, count = adam(model), 0

    def step(x, y):
        nonlocal count
        loss = F.mse_loss(model(x), y) / 3
        loss.backward()
        count += 1
        if count % 3 == 0:
            optimiser.step()
            optimiser.zero_grad()
        return loss.item()

    return made(model, step, sums(), **declared)


@right
def gradients_of_three_calls():
    return accumulating({"accumulate": 3})


@right
def gradients_of_three_calls_undeclared():
    return accumulating({})


@right
def two_losses_and_two_backwards():
    model = Reader(2)
    optimiser = adam(model)

    def step(x, y):
        optimiser.zero_grad()
        out = model(x)
        loss = F.mse_loss(out[:, :1], y)
        loss.backward(retain_graph=True)
        other = (out[:, 1] - y[:, 0].abs()).abs().mean()
        other.backward()
        optimiser.step()
        return loss.item() + other.item()

    return made(model, step, sums())


@right
def sharpness_aware():
    model = Reader()
    optimiser = sgd(model)

    def step(x, y):
        F.mse_loss(model(x), y).backward()
        with torch.no_grad():
            pushes = [0.05 * one.grad / (one.grad.norm() + 1e-9) for one in model.parameters()]
            for one, push in zip(model.parameters(), pushes, strict=True):
                one.add_(push)
        optimiser.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        with torch.no_grad():
            for one, push in zip(model.parameters(), pushes, strict=True):
                one.sub_(push)
        optimiser.step()
        optimiser.zero_grad()
        return loss.item()

    return made(model, step, sums())


@right
def rows_made_harder_by_their_gradient():
    model = Reader()
    optimiser = adam(model)

    def step(x, y):
        hard = x.detach().clone().requires_grad_()
        F.mse_loss(model(hard), y).backward()
        optimiser.zero_grad()
        loss = F.mse_loss(model(hard.detach() + 0.1 * hard.grad.sign()), y)
        loss.backward()
        optimiser.step()
        return loss.item()

    return made(model, step, sums())


@right
def two_players():
    maker, judge = Reader(1, every=True), Reader(1, features=1)
    one, two = adam(maker), adam(judge)
    model = nn.ModuleDict({"maker": maker, "judge": judge})

    def step(x, y):
        two.zero_grad()
        fake = maker(x)
        wrong = F.softplus(judge(fake.detach())).mean() + F.softplus(-judge(y)).mean()
        wrong.backward()
        two.step()
        one.zero_grad()
        loss = F.softplus(-judge(fake)).mean()
        loss.backward()
        one.step()
        return loss.item() + wrong.item()

    return made(model, step, sums(every=True))


@right
def second_optimiser_at_every_third_call():
    model = Horizon()
    one, two = adam(model.enc), torch.optim.Adam([*model.dec.parameters(), *model.out.parameters()])
    count = 0

    def step(x, y):
        nonlocal count
        count += 1
        one.zero_grad()
        two.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        two.step()
        if count % 3 == 0:
            one.step()
        return loss.item()

    x, _ = sums()
    return made(model, step, (x, 0.5 * x.cumsum(1)[:, -3:, :1]))


@right
def several_evaluations_in_one_step():
    model = Reader()
    optimiser = torch.optim.LBFGS(model.parameters(), lr=0.1, max_iter=4)

    def step(x, y):
        def closure():
            optimiser.zero_grad()
            loss = F.mse_loss(model(x), y)
            loss.backward()
            return loss

        return optimiser.step(closure)

    return made(model, step, sums())


@right
def warm_up_from_zero():
    model = Reader()
    optimiser = adam(model)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda number: min(1.0, number / 10))
    return made(model, plain(model, optimiser=optimiser, after=schedule.step), sums())


@right
def warm_restarts():
    model = Reader()
    optimiser = adam(model)
    schedule = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimiser, 4)
    return made(model, plain(model, optimiser=optimiser, after=schedule.step), sums())


@right
def slow_copy_as_a_teacher():
    model = Reader()
    model.slow = copy.deepcopy(model.rnn).requires_grad_(False)

    def follow():
        with torch.no_grad():
            for slow, fast in zip(model.slow.parameters(), model.rnn.parameters(), strict=True):
                slow.lerp_(fast, 0.1)

    names = [name for name, _ in model.named_parameters() if not name.startswith("slow")]
    wanted = [model.get_parameter(name) for name in names]
    step = plain(model, optimiser=torch.optim.Adam(wanted, lr=0.01), after=follow)
    return made(model, step, sums())


@right
def three_quantiles_of_one_target():
    model = Reader(3)
    levels = torch.tensor([0.1, 0.5, 0.9])

    def loss(out, y):
        gap = y - out
        return torch.maximum(levels * gap, (levels - 1) * gap).mean()

    return made(model, plain(model, loss), sums())


@right
def answers_squeezed_before_the_loss():
    model = Reader()
    x, y = sums()
    loss = lambda out, y: F.mse_loss(out.squeeze(1), y)  # noqa: E731
    return made(model, plain(model, loss), (x, y.squeeze(1)))


@right
def soft_alignment_of_two_curves():
    model = Horizon()

    def loss(out, y):
        cost = (out - y.transpose(1, 2)) ** 2
        best = cost[:, 0, 0]
        for t in range(1, cost.shape[1]):
            best = cost[:, t, t] - torch.logsumexp(
                torch.stack([-best, -cost[:, t, t - 1], -cost[:, t - 1, t]]), 0
            )
        return best.mean()

    x, _ = sums()
    return made(model, plain(model, loss), (x, 0.5 * x.cumsum(1)[:, -3:, :1]))


@right
def warmed_up_without_a_gradient():
    model = Carrier()

    def forward(self, x):
        with torch.no_grad():
            state = self.inner(x[:, :3])[1]
        return self.inner(x[:, 3:], state)[0]

    whole = Built(forward, inner=model)
    x, y = sums(every=True)
    return made(whole, plain(whole), (x, y[:, 3:]))


@right
def norm_kept_in_evaluation_mode():
    model = Built(
        lambda self, x: self.out(self.norm(self.rnn(x)[0][:, -1])),
        rnn=gru(), norm=nn.BatchNorm1d(HIDDEN), out=nn.Linear(HIDDEN, 1),
    )  # fmt: skip
    inner = plain(model)

    def step(x, y):
        model.train()
        model.norm.eval()
        return inner(x, y)

    return made(model, step, sums())


@right
def handed_in_in_evaluation_mode():
    model = Reader().eval()
    inner = plain(model)

    def step(x, y):
        model.train()
        return inner(x, y)

    return made(model, step, sums())


@right
def evaluated_and_set_to_train_again():
    model = Reader()

    def judge():
        model.eval()
        with torch.no_grad():
            model(pair[0])
        model.train()

    pair = sums()
    return made(model, plain(model, after=judge), pair)


@right
def update_by_hand():
    model = Reader()

    def step(x, y):
        loss = F.mse_loss(model(x), y)
        loss.backward()
        with torch.no_grad():
            for one in model.parameters():
                one -= 0.05 * one.grad
                one.grad = None
        return loss.item()

    return made(model, step, sums())


@right
def dropout_and_a_learnt_pooling():
    def forward(self, x):
        states = self.drop(self.rnn(x)[0])
        return self.out((F.softmax(self.score(states), 1) * states).sum(1))

    parts = {"rnn": gru(), "drop": nn.Dropout(0.5), "score": nn.Linear(HIDDEN, 1)}
    model = Built(forward, **parts, out=nn.Linear(HIDDEN, 1))
    return made(model, plain(model, optimiser=sgd(model)), sums())


def carrying(keeps_on_module: bool) -> dict[str, Any]:
    if keeps_on_module:
        model = Keeper()
        return made(model, plain(model), sums(every=True), stateful=True)
    model = Carrier()
    optimiser, state = adam(model), None

    def step(x, y):
        nonlocal state
        optimiser.zero_grad()
        out, after = model(x, state)
        loss = F.mse_loss(out, y)
        loss.backward()
        optimiser.step()
        state = detach(after)
        with torch.no_grad():
            model(x, state)
        return loss.item()

    return made(model, step, sums(every=True), stateful=True)


@right
def state_carried_and_detached():
    return carrying(False)


@right
def state_kept_and_detached():
    return carrying(True)


@right
def loss_masked_by_lengths():
    model = Reader(every=True)

    def loss(out, y):
        real = REAL[:, : out.shape[1]] if out.shape[1] <= STEPS else F.pad(REAL, (0, 3))
        return (((out - y) ** 2)[..., 0] * real).sum() / real.sum()

    x, y = sums(every=True)
    return made(
        model, plain(model, loss), (x * REAL[..., None], y * REAL[..., None]), lengths=LENGTHS
    )


@right
def padding_marked_in_the_targets():
    model = Reader(4, every=True)
    x, _ = sums()
    y = torch.where(REAL, torch.randint(4, (ROWS, STEPS)), -100)
    loss = lambda out, y: F.cross_entropy(out.transpose(1, 2), y)  # noqa: E731
    return made(model, plain(model, loss), (x * REAL[..., None], y), lengths=LENGTHS)


@right
def clipped_where_it_should_be():
    model = Reader()
    clip = lambda: nn.utils.clip_grad_norm_(model.parameters(), 0.5)  # noqa: E731
    x, y = sums()
    return made(model, plain(model, between=clip), (x, 20 * y), clip=0.5)


@right
def parts_clipped_by_themselves():
    model = Reader()

    def clip():
        for part in model.children():
            nn.utils.clip_grad_norm_(part.parameters(), 0.5)

    x, y = sums()
    return made(model, plain(model, between=clip), (x, 20 * y), clip=0.5)


@right
def experts_that_wait_for_their_rows():
    def forward(self, x):
        states = self.rnn(x)[0][:, -1]
        best = self.router(states).argmax(1)
        shares = F.softmax(self.router(states), 1)
        return torch.stack(
            [self.experts[int(i)](s) * p[i] for i, s, p in zip(best, states, shares, strict=True)]
        )

    experts = nn.ModuleList(nn.Linear(HIDDEN, 1) for _ in range(3))
    model = Built(forward, rnn=gru(), router=nn.Linear(HIDDEN, 3), experts=experts)
    model.router.weight.data.mul_(8)
    return made(model, plain(model), sums())


@right
def branches_that_start_at_zero():
    def forward(self, x):
        x = self.pre(x)
        return self.out((x + self.gate * self.rnn(x)[0])[:, -1])

    parts = {"pre": nn.Linear(FEATURES, HIDDEN), "rnn": gru(HIDDEN), "out": nn.Linear(HIDDEN, 1)}
    model = Built(forward, **parts, gate=nn.Parameter(torch.zeros(1)))
    return made(model, plain(model), sums())


@right
def rows_coded_and_decoded():
    model = Reader(FEATURES, every=True)
    optimiser = adam(model)

    def step(x, y):
        optimiser.zero_grad()
        loss = F.mse_loss(model(x + 0.1 * torch.randn_like(x)), x)
        loss.backward()
        optimiser.step()
        return loss.item()

    x, y = sums()
    return made(model, step, (x, y))


@right
def weight_of_a_second_loss_grows():
    model = Reader(2)
    optimiser, weight = adam(model), 0.0

    def step(x, y):
        nonlocal weight
        optimiser.zero_grad()
        mean, log = model(x).split(1, 1)
        weight = min(1.0, weight + 0.1)
        rest = 0.5 * (log.exp() + mean**2 - log).mean()
        loss = F.mse_loss(mean + log.mul(0.5).exp() * torch.randn_like(mean), y) + weight * rest
        loss.backward()
        optimiser.step()
        return loss.item()

    return made(model, step, sums())


@right
def bare_states_of_time_first_rows():
    model = Built(lambda self, x: self.rnn(x)[0], rnn=gru(hidden=2, batch_first=False))
    x = torch.randn(STEPS, ROWS, FEATURES, dtype=torch.float64)
    model.double()
    return made(model, plain(model), (x, 0.3 * x.cumsum(0)[..., :2]), layout="time_first")


@right
def encoder_and_decoder_handed_in_apart():
    enc, dec, out = gru(), gru(1), nn.Linear(HIDDEN, 1)
    optimiser = torch.optim.Adam([p for one in (enc, dec, out) for p in one.parameters()], lr=0.01)

    def step(x, y):
        optimiser.zero_grad()
        h, last, total = enc(x)[1], x[:, -1:, :1], 0.0
        for t in range(y.shape[1]):
            states, h = dec(last, h)
            answer = out(states)
            total = total + F.mse_loss(answer, y[:, t : t + 1])
            last = y[:, t : t + 1] if torch.rand(()) < 0.5 else answer.detach()
        total.backward()
        optimiser.step()
        return total.detach()

    x, _ = sums()
    return made([enc, dec, out], step, (x, 0.5 * x.cumsum(1)[:, -3:, :1]))


@right
def gates_by_hand():
    model = Built(
        lambda self, x: self.out(walk(self.cell, x)[:, -1]),
        cell=nn.LSTMCell(FEATURES, HIDDEN), out=nn.Linear(HIDDEN, 1),
    )  # fmt: skip
    return made(model, plain(model, F.smooth_l1_loss), sums())


@right
def says_how_it_goes():
    model = Reader()
    history: list[float] = []
    inner = plain(model)

    def step(x, y):
        history.append(inner(x, y))
        print(f"loss {history[-1]:.3f}")
        return {"loss": history[-1]}

    return made(model, step, sums())
