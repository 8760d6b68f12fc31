"""Further training steps, phrased as strangers write them: right ones, and faulty ones."""

from __future__ import annotations

import copy
import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from tests.diagnose.program import Programs
from tests.diagnose.programs_network import gru, lstm
from tests.diagnose.programs_update import (
    FEATURES,
    HIDDEN,
    LENGTHS,
    REAL,
    ROWS,
    STEPS,
    Carrier,
    Reader,
    adam,
    classes,
    made,
    plain,
    sgd,
    sums,
)

PROGRAMS = Programs()
faulty, right = PROGRAMS.faulty, PROGRAMS.right


class Tagger(nn.Module):
    def __init__(self, tags: int = 4, words: int = 0) -> None:
        super().__init__()
        self.emb = nn.Embedding(words, FEATURES, padding_idx=0) if words else nn.Identity()
        self.rnn = gru(bidirectional=True)
        self.fc = nn.Linear(2 * HIDDEN, tags)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.rnn(self.emb(x))[0])


def tags(count: int = 4) -> tuple[Tensor, Tensor]:
    x = torch.randn(ROWS, STEPS, FEATURES)
    return x, (x.sum(2) * 2).long().clamp(-1, count - 2) + 1


# ---------------------------------------------------------------- faulty
@faulty("parameter_still", "call_fails")
def optimiser_of_another_copy():
    model = Reader()
    optimizer = torch.optim.Adam(copy.deepcopy(model).parameters(), lr=0.01)
    return made(model, plain(model, optimiser=optimizer), sums())


@faulty("learns_nothing", "parameter_still")
def weights_made_anew_at_every_call():
    model = Reader()
    optimizer = adam(model)
    start = copy.deepcopy(model.state_dict())

    def step(x, y):
        model.load_state_dict(start)
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return made(model, step, sums())


@faulty("no_gradient", "parameter_still")
def loss_that_wants_a_gradient_by_force():
    model = Reader()
    optimizer = adam(model)

    def step(x, y):
        optimizer.zero_grad()
        with torch.no_grad():
            out = model(x)
        loss = F.mse_loss(out, y)
        loss.requires_grad_(True)
        loss.backward()
        optimizer.step()
        return loss.item()

    return made(model, step, sums())


@faulty("shapes_broadcast", "learns_nothing")
def scores_of_a_row_against_the_targets_of_all():
    model = Reader()

    def loss(out, y):
        return ((out - y.squeeze(-1)) ** 2).mean()

    return made(model, plain(model, loss), sums())


@faulty("learns_nothing")
def tags_read_in_another_order_than_scores():
    model = Tagger()

    def loss(out, y):
        return F.cross_entropy(out.reshape(-1, 4), y.t().reshape(-1))

    return made(model, plain(model, loss), tags())


@faulty("learns_nothing")
def tags_and_steps_in_one_view():
    model = Tagger()

    def loss(out, y):
        return F.cross_entropy(out.view(ROWS, 4, STEPS), y)

    return made(model, plain(model, loss), tags())


@faulty("learns_nothing")
def decayed_to_nothing():
    model = Reader()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01, weight_decay=60.0)
    return made(model, plain(model, optimiser=optimizer), sums())


@faulty("no_gradient", "parameter_still", "learns_nothing")
def compared_with_its_own_answer():
    model = Reader()

    def loss(out, y):
        y = out.detach()
        return F.mse_loss(out, y)

    return made(model, plain(model, loss), sums())


@faulty("learns_nothing", "no_gradient")
def loss_weighted_with_nothing():
    model = Reader()
    return made(model, plain(model, lambda out, y: 0 * F.mse_loss(out, y)), sums())


@faulty("clip_not_applied")
def clipped_the_network_of_before():
    model, before = Reader(), Reader()

    def clip():
        torch.nn.utils.clip_grad_norm_(before.parameters(), 0.01)

    return made(model, plain(model, between=clip), sums(), clip=0.01)


@faulty("clip_not_applied")
def clipped_while_still_scaled():
    model = Reader()
    optimizer = adam(model)
    scale = 1 / 1024.0

    def step(x, y):
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        (loss * scale).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.01)
        for p in model.parameters():
            p.grad /= scale
        optimizer.step()
        return loss.item()

    return made(model, step, sums(), clip=0.01)


@faulty("graph_kept")
def average_loss_in_a_tensor():
    model = Reader()
    optimizer = adam(model)
    running = {"loss": 0.0}

    def step(x, y):
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        running["loss"] = 0.9 * running["loss"] + 0.1 * loss
        return loss.item()

    return made(model, step, sums())


@faulty("gradients_pile_up")
def cleared_at_every_tenth_call():
    model = Reader()
    optimizer = adam(model)
    seen = {"calls": 0}

    def step(x, y):
        if seen["calls"] % 10 == 0:
            optimizer.zero_grad()
        seen["calls"] += 1
        loss = F.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return made(model, step, sums())


@faulty("gradient_cut")
def cell_of_detached_states():
    class Walker(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell, self.fc = nn.LSTMCell(FEATURES, HIDDEN), nn.Linear(HIDDEN, 1)

        def forward(self, x):
            h = c = x.new_zeros(len(x), HIDDEN)
            for t in range(x.size(1)):
                h, c = self.cell(x[:, t], (h.data, c.data))
            return self.fc(h)

    model = Walker()
    return made(model, plain(model), sums())


@faulty("mode_changed")
def evaluated_and_left_so():
    model = Reader()
    inner = plain(model)

    def step(x, y):
        loss = inner(x, y)
        model.eval()
        with torch.no_grad():
            F.mse_loss(model(x), y)
        return loss

    return made(model, step, sums())


@faulty("learning_rate_zero", "parameter_still")
def schedule_that_ends_before_it_begins():
    model = Reader()
    optimizer = adam(model)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: max(0.0, 1 - n))

    def after():
        schedule.step()

    return made(model, plain(model, optimiser=optimizer, after=after), sums())


@faulty("padding_read")
def cross_entropy_over_the_padding():
    model = Tagger(words=9)
    x = torch.randint(1, 9, (ROWS, STEPS)) * REAL
    y = (x % 4) * REAL

    def loss(out, y):
        return F.cross_entropy(out.flatten(0, 1), y.flatten())

    return made(model, plain(model, loss), (x, y), lengths=LENGTHS)


@faulty("frozen_moves")
def encoder_frozen_after_the_optimiser_was_given_momentum():
    model = Reader()
    for p in model.rnn.parameters():
        p.requires_grad = False
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for p in model.rnn.parameters():
        p.requires_grad = True
    return made(model, plain(model, optimiser=optimizer), sums(), frozen=["rnn"])


@faulty("learns_nothing")
def ascends():
    model = Reader(3)
    return made(
        model, plain(model, lambda out, y: -F.nll_loss(out.log_softmax(1), y)), (*classes(),)
    )


@faulty("state_not_continued")
def state_started_anew_by_a_default():
    model = Carrier()
    optimizer = adam(model)
    kept: dict[str, Any] = {"state": None}

    def step(x, y, state=None):
        out, kept["state"] = model(x, state)
        loss = F.mse_loss(out, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return made(model, step, sums(every=True), stateful=True)


# ---------------------------------------------------------------- right
@right
def closure_of_lbfgs():
    model = Reader()
    optimizer = torch.optim.LBFGS(model.parameters(), lr=0.5, max_iter=3)

    def step(x, y):
        def closure():
            optimizer.zero_grad()
            loss = F.mse_loss(model(x), y)
            loss.backward()
            return loss

        return float(optimizer.step(closure))

    return made(model, step, sums())


@right
def clipped_by_value():
    model = Reader()

    def clip():
        torch.nn.utils.clip_grad_value_(model.parameters(), 0.05)

    return made(model, plain(model, between=clip), sums())


@right
def one_cycle_of_rates():
    model = Reader()
    optimizer = sgd(model, 0.1, momentum=0.9)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=400)
    return made(model, plain(model, optimiser=optimizer, after=schedule.step), sums())


@right
def rate_lowered_on_a_plateau():
    model = Reader()
    optimizer = adam(model)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer)
    inner = plain(model, optimiser=optimizer)

    def step(x, y):
        loss = inner(x, y)
        schedule.step(loss)
        return loss

    return made(model, step, sums())


@right
def loss_scaled_and_unscaled():
    model = Reader()
    optimizer = adam(model)

    def step(x, y):
        optimizer.zero_grad(set_to_none=True)
        loss = F.mse_loss(model(x), y)
        (loss * 1024).backward()
        for p in model.parameters():
            p.grad /= 1024
        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.1)
        optimizer.step()
        return loss.detach()

    return made(model, step, sums(), clip=0.1)


@right
def autocast_to_sixteen_bits():
    model = Reader()
    optimizer = adam(model)

    def step(x, y):
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = F.mse_loss(model(x).float(), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return made(model, step, sums())


@right
def slow_average_of_the_weights():
    model = Reader()
    average = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.9)
    )
    return made(model, plain(model, after=lambda: average.update_parameters(model)), sums())


@right
def groups_of_their_own():
    model = Reader()
    optimizer = torch.optim.AdamW(
        [
            {"params": model.rnn.parameters(), "lr": 0.01, "weight_decay": 0.0},
            {"params": [model.out.weight], "lr": 0.05},
            {"params": [model.out.bias], "lr": 0.05, "weight_decay": 0.0},
        ],
        lr=0.001,
    )
    return made(model, plain(model, optimiser=optimizer), sums())


@right
def sparse_table_and_dense_rest():
    class Words(nn.Module):
        def __init__(self):
            super().__init__()
            self.emb = nn.Embedding(12, FEATURES, sparse=True)
            self.rnn, self.fc = gru(), nn.Linear(HIDDEN, 3)

        def forward(self, x):
            return self.fc(self.rnn(self.emb(x))[1][-1])

    model = Words()
    sparse = torch.optim.SparseAdam(model.emb.parameters(), lr=0.02)
    dense = torch.optim.Adam([*model.rnn.parameters(), *model.fc.parameters()], lr=0.02)

    def step(x, y):
        for one in (sparse, dense):
            one.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        for one in (sparse, dense):
            one.step()
        return loss.item()

    x = torch.randint(12, (ROWS, STEPS))
    return made(model, step, (x, x.sum(1) % 3))


@right
def activations_made_anew():
    class Thrifty(Reader):
        def forward(self, x):
            states = checkpoint(lambda x: self.rnn(x)[0], x, use_reentrant=False)
            return self.out(states[:, -1])

    model = Thrifty()
    return made(model, plain(model), sums())


@right
def letters_aligned_by_ctc():
    model = Tagger(5)

    def loss(out, y):
        scores = out.log_softmax(2).transpose(0, 1)
        full = torch.full((ROWS,), STEPS)
        return F.ctc_loss(scores, y, full, torch.full((ROWS,), 2), zero_infinity=True)

    x = torch.randn(ROWS, STEPS, FEATURES)
    return made(model, plain(model, loss), (x, 1 + (x[:, :2, 0] > 0).long()))


@right
def targets_smoothed_and_rare_ones_weighted():
    model = Reader(3)
    weight = torch.tensor([1.0, 2.0, 0.5])

    def loss(out, y):
        return F.cross_entropy(out, y, weight=weight, label_smoothing=0.1)

    return made(model, plain(model, loss), classes())


@right
def half_of_the_answers_fed_back():
    class Seq2Seq(nn.Module):
        def __init__(self):
            super().__init__()
            self.enc, self.dec, self.fc = gru(), gru(1), nn.Linear(HIDDEN, 1)

        def forward(self, x, y=None):
            state, fed, out = self.enc(x)[1], x[:, -1:, :1], []
            for t in range(STEPS):
                told, state = self.dec(fed, state)
                out.append(self.fc(told))
                use = y is not None and torch.rand(()) < 0.5
                fed = y[:, t : t + 1] if use else out[-1]
            return torch.cat(out, 1)

    model = Seq2Seq()
    optimizer = adam(model)

    def step(x, y):
        optimizer.zero_grad()
        loss = F.smooth_l1_loss(model(x, y), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return made(model, step, sums(every=True))


@right
def variational():
    class Coder(nn.Module):
        def __init__(self):
            super().__init__()
            self.enc, self.dec = gru(), gru(4)
            self.mu, self.logvar = nn.Linear(HIDDEN, 4), nn.Linear(HIDDEN, 4)
            self.fc = nn.Linear(HIDDEN, FEATURES)

        def forward(self, x):
            h = self.enc(x)[1][-1]
            mu, logvar = self.mu(h), self.logvar(h)
            z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()
            return self.fc(self.dec(z[:, None].expand(-1, x.size(1), -1))[0]), mu, logvar

    model = Coder()
    optimizer = adam(model)

    def step(x, y):
        out, mu, logvar = model(x)
        loss = F.mse_loss(out, y) - 1e-3 * (1 + logvar - mu**2 - logvar.exp()).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return {"loss": loss.item()}

    x = torch.randn(ROWS, STEPS, FEATURES)
    return made(model, step, (x, x))


@right
def penalty_on_weights_and_changes_of_state():
    class Told(Reader):
        def forward(self, x):
            states = self.rnn(x)[0]
            return self.out(states[:, -1]), states

    model = Told()
    optimizer = adam(model)

    def step(x, y):
        out, states = model(x)
        loss = F.mse_loss(out, y) + 1e-4 * sum(p.abs().sum() for p in model.parameters())
        loss = loss + 0.01 * (states[:, 1:] - states[:, :-1]).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return made(model, step, sums())


@right
def pieces_of_a_long_row_with_states_between():
    model = Carrier()
    optimizer = adam(model)
    kept: dict[str, Any] = {"state": None, "calls": 0}

    def step(x, y):
        kept["calls"] += 1
        state = kept["state"]
        out, after = model(x, state)
        loss = F.mse_loss(out, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        kept["state"] = tuple(one.detach() for one in after)
        return loss.item()

    return made(model, step, sums(every=True), stateful=True)


@right
def bad_batches_left_out():
    model = Reader()
    optimizer = adam(model)

    def step(x, y):
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        if not math.isfinite(loss.item()):
            return float("nan")
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        if norm.isfinite():
            optimizer.step()
        return loss.item()

    return made(model, step, sums(), clip=1.0)


@right
def noise_on_inputs_and_gradients():
    model = Reader()
    optimizer = sgd(model)

    def step(x, y):
        optimizer.zero_grad()
        loss = F.mse_loss(model(x + 0.01 * torch.randn_like(x)), y)
        loss.backward()
        for p in model.parameters():
            p.grad += 1e-4 * torch.randn_like(p)
        optimizer.step()
        return loss.item()

    return made(model, step, sums())


@right
def tags_masked_by_a_mark():
    model = Tagger(words=9)
    model.rnn, model.fc = gru(), nn.Linear(HIDDEN, 4)
    x = torch.randint(1, 9, (ROWS, STEPS)) * REAL
    y = torch.where(REAL, x % 4, -100)

    def loss(out, y):
        return F.cross_entropy(out.transpose(1, 2), y)

    return made(model, plain(model, loss), (x, y), lengths=LENGTHS)


@right
def optimiser_of_ones_own():
    class Lion(torch.optim.Optimizer):
        def __init__(self, params, lr=1e-2):
            super().__init__(params, {"lr": lr})

        @torch.no_grad()
        def step(self, closure=None):
            for group in self.param_groups:
                for p in group["params"]:
                    if p.grad is None:
                        continue
                    state = self.state[p]
                    m = state.setdefault("m", torch.zeros_like(p))
                    p -= group["lr"] * (0.9 * m + 0.1 * p.grad).sign()
                    m.mul_(0.99).add_(p.grad, alpha=0.01)

    model = Reader()
    return made(model, plain(model, optimiser=Lion(model.parameters())), sums())


@right
def two_tasks_and_weights_that_are_learnt():
    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn = lstm()
            self.number, self.kind = nn.Linear(HIDDEN, 1), nn.Linear(HIDDEN, 3)
            self.share = nn.Parameter(torch.zeros(2))

        def forward(self, x):
            h = self.rnn(x)[1][0][-1]
            return self.number(h), self.kind(h)

    model = Two()
    optimizer = adam(model)

    def step(x, y):
        number, kind = model(x)
        losses = torch.stack([F.mse_loss(number, y), F.cross_entropy(kind, (y[:, 0] > 0).long())])
        loss = (losses * (-model.share).exp() + model.share).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return made(model, step, sums())


@right
def losses_added_over_rows():
    model = Reader()
    optimizer = torch.optim.RMSprop(model.parameters(), lr=0.003)
    loss = nn.MSELoss(reduction="sum")
    return made(model, plain(model, loss, optimiser=optimizer), sums())


@right
def long_rows_in_two_pieces():
    model = Carrier()
    optimizer = adam(model)

    def step(x, y):
        state, total = None, 0.0
        optimizer.zero_grad()
        for piece in (slice(0, 3), slice(3, 6)):
            out, state = model(x[:, piece], state)
            loss = F.mse_loss(out, y[:, piece]) / 2
            loss.backward()
            state = tuple(one.detach() for one in state)
            total += loss.item()
        optimizer.step()
        return total

    return made(model, step, sums(every=True))
