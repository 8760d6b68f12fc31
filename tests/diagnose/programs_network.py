"""Networks: right ones, also of unusual design, and ones with a silent fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from tests.diagnose.program import Programs

PROGRAMS = Programs()
faulty, right = PROGRAMS.faulty, PROGRAMS.right
ROWS, STEPS, FEATURES, HIDDEN = 6, 10, 3, 8
LENGTHS = torch.tensor([5, 10, 7, 3, 8, 6])


class Built(nn.Module):
    """A module whose forward is a function of it; parts are set by keyword."""

    def __init__(self, forward: Callable[..., Any], **parts: Any) -> None:
        super().__init__()
        for name, part in parts.items():
            setattr(self, name, part)
        self.run = forward

    def forward(self, *given: Any) -> Any:
        return self.run(self, *given)


def gru(features: int = FEATURES, hidden: int = HIDDEN, **how: Any) -> nn.GRU:
    return nn.GRU(features, hidden, batch_first=how.pop("batch_first", True), **how)


def lstm(features: int = FEATURES, hidden: int = HIDDEN, **how: Any) -> nn.LSTM:
    return nn.LSTM(features, hidden, batch_first=how.pop("batch_first", True), **how)


def asked(forward: Callable[..., Any], task: str | None = None, **more: Any) -> dict[str, Any]:
    """Hand in a network in evaluation mode; keywords that hold modules are its parts."""
    kinds = (nn.Module, nn.Parameter)
    parts = {name: one for name, one in more.items() if isinstance(one, kinds)}
    parts |= {name: more.pop(name) for name in list(more) if name.startswith("own_")}
    rest = {name: one for name, one in more.items() if name not in parts}
    rest.setdefault("x", torch.randn(ROWS, STEPS, FEATURES))
    model = Built(forward, **parts).eval()
    return {"model": model, "task": task, **rest}


def padded() -> dict[str, Any]:
    x = torch.randn(ROWS, STEPS, FEATURES)
    for row, length in enumerate(LENGTHS):
        x[row, length:] = 0
    return {"x": x, "lengths": LENGTHS.clone()}


def mask(x: Tensor, lengths: Tensor) -> Tensor:
    return torch.arange(x.shape[1])[None] < lengths[:, None]


def walk(cell: nn.Module, x: Tensor, state: Any = None) -> Tensor:
    """Run a cell over the steps; give the state of every step."""
    states = []
    for t in range(x.shape[1]):
        state = cell(x[:, t], state)
        states.append(state[0] if isinstance(state, tuple) else state)
    return torch.stack(states, 1)


# ---------------------------------------------------------------- faults after public threads
@faulty("rows_mixed", "no_memory")
def time_first_layer_given_batch_first_rows():
    def forward(self, x):
        return self.out(self.rnn(x)[0][:, -1])

    return asked(forward, "encode", rnn=lstm(batch_first=False), out=nn.Linear(HIDDEN, 1))


@faulty("steps_mixed", "future_read", "rows_mixed")
def scores_viewed_by_class():
    def forward(self, x):
        scores = self.out(self.rnn(x)[0].reshape(-1, HIDDEN))
        return scores.view(len(x), 4, -1).transpose(1, 2)

    return asked(forward, "forecast", rnn=gru(), out=nn.Linear(HIDDEN, 4))


@faulty("parameter_unused")
def lower_layer_read_out():
    def forward(self, x):
        return self.out(self.rnn(x)[1][0])

    return asked(forward, "encode", rnn=gru(num_layers=2), out=nn.Linear(HIDDEN, 1))


@faulty("padding_read")
def padding_run_through():
    def forward(self, x, lengths):
        return self.out(self.rnn(x)[0][:, -1])

    return asked(forward, "encode", rnn=gru(), out=nn.Linear(HIDDEN, 1), **padded())


@faulty("parameter_unregistered")
def cells_in_a_plain_list():
    def forward(self, x):
        for cell in self.own_cells:
            x = walk(cell, x)
        return self.out(x[:, -1])

    cells = [nn.LSTMCell(FEATURES, HIDDEN), nn.LSTMCell(HIDDEN, HIDDEN)]
    return asked(forward, "encode", own_cells=cells, out=nn.Linear(HIDDEN, 1))


@faulty("rows_mixed")
def softmax_over_rows():
    def forward(self, x):
        return F.softmax(self.out(self.rnn(x)[0]), dim=0)

    return asked(forward, "forecast", rnn=lstm(), out=nn.Linear(HIDDEN, 4))


@faulty("steps_mixed")
def backward_direction_not_turned_round():
    def forward(self, x):
        return self.out(torch.cat([self.there(x)[0], self.back(x.flip(1))[0]], 2))

    return asked(forward, "tag", there=gru(), back=gru(), out=nn.Linear(2 * HIDDEN, 3))


@faulty("answer_varies")
def dropout_always_on():
    def forward(self, x):
        return self.out(F.dropout(self.rnn(x)[0][:, -1], 0.3))

    return asked(forward, "encode", rnn=lstm(), out=nn.Linear(HIDDEN, 1))


@faulty("output_dead", "no_memory")
def nothing_left_after_nine_tiny_layers():
    def forward(self, x):
        return self.out(self.rnn(x)[0][:, -1])

    return asked(forward, "encode", rnn=lstm(hidden=2, num_layers=9), out=nn.Linear(2, 1))


@faulty("parameter_unused")
def row_laid_out_as_one_step():
    def forward(self, x):
        return self.out(self.rnn(x.reshape(len(x), 1, -1))[0][:, -1])

    return asked(forward, "encode", rnn=lstm(STEPS * FEATURES), out=nn.Linear(HIDDEN, 1))


# ---------------------------------------------------------------- more faults
@faulty("rows_mixed")
def view_in_place_of_transpose():
    def forward(self, x):
        return self.out(self.rnn(x.view(STEPS, ROWS, FEATURES))[0][-1])

    return asked(forward, "encode", rnn=gru(batch_first=False), out=nn.Linear(HIDDEN, 1))


@faulty("rows_mixed")
def last_states_viewed_by_row():
    def forward(self, x):
        return self.out(self.rnn(x)[1].view(len(x), -1))

    return asked(forward, "encode", rnn=gru(num_layers=2), out=nn.Linear(2 * HIDDEN, 1))


@faulty("rows_mixed")
def norm_with_statistics_of_the_batch():
    def forward(self, x):
        return self.out(self.norm(self.rnn(x)[0][:, -1]))

    norm = nn.BatchNorm1d(HIDDEN, track_running_stats=False)
    return asked(forward, "encode", rnn=gru(), norm=norm, out=nn.Linear(HIDDEN, 1))


@faulty("rows_mixed", "answers_equal")
def average_over_the_rows():
    def forward(self, x):
        return self.out(self.rnn(x)[0].mean(0, keepdim=True).expand(len(x), -1, -1))

    return asked(forward, "forecast", rnn=gru(), out=nn.Linear(HIDDEN, 1))


@faulty("rows_reordered")
def sorted_by_length_and_left_so():
    def forward(self, x, lengths):
        lengths, order = lengths.sort(descending=True)
        packed = pack_padded_sequence(x[order], lengths, batch_first=True)
        return self.out(self.rnn(packed)[1][-1])

    return asked(forward, "encode", rnn=gru(), out=nn.Linear(HIDDEN, 1), **padded())


@faulty("padding_read", "steps_ignored", "rows_mixed")
def rows_sorted_and_lengths_not():
    def forward(self, x, lengths):
        wrong = lengths.sort(descending=True).values
        packed = pack_padded_sequence(x, wrong, batch_first=True)
        return self.out(self.rnn(packed)[1][-1])

    return asked(forward, "encode", rnn=gru(), out=nn.Linear(HIDDEN, 1), **padded())


@faulty("future_read")
def forecaster_of_both_directions():
    def forward(self, x):
        return self.out(self.rnn(x)[0])

    rnn = gru(bidirectional=True)
    return asked(forward, "forecast", rnn=rnn, out=nn.Linear(2 * HIDDEN, 1))


@faulty("future_read")
def scaled_by_the_mean_of_all_steps():
    def forward(self, x):
        return self.out(self.rnn(x - x.mean(1, keepdim=True))[0])

    return asked(forward, "forecast", rnn=gru(), out=nn.Linear(HIDDEN, 1))


@faulty("future_read")
def convolution_that_looks_ahead():
    def forward(self, x):
        return self.out(self.rnn(self.conv(x.transpose(1, 2)).transpose(1, 2))[0])

    conv = nn.Conv1d(FEATURES, 5, 3, padding=1)
    return asked(forward, "forecast", conv=conv, rnn=gru(5), out=nn.Linear(HIDDEN, 1))


@faulty("future_read", "steps_mixed")
def softmax_over_time():
    def forward(self, x):
        return F.softmax(self.out(self.rnn(x)[0]), dim=1)

    return asked(forward, "forecast", rnn=gru(), out=nn.Linear(HIDDEN, 4))


@faulty("steps_mixed")
def classes_normalised_over_time():
    def forward(self, x):
        return F.softmax(self.out(self.rnn(x)[0]), dim=1)

    return asked(forward, "tag", rnn=gru(bidirectional=True), out=nn.Linear(2 * HIDDEN, 5))


@faulty("future_read")
def decoder_fed_with_what_it_forecasts():
    def forward(self, x):
        h = self.enc(x[:, :6])[1]
        return self.out(self.dec(x[:, 5:-1, 2:], h)[0]).squeeze(2)

    return asked(
        forward, "encode", enc=gru(), dec=gru(1), out=nn.Linear(HIDDEN, 1),
        known_steps=6, target_column=2,
    )  # fmt: skip


@faulty("state_kept")
def state_left_on_the_module():
    def forward(self, x):
        out, self.own_state = self.rnn(x, self.own_state)
        return self.out(out)

    return asked(forward, "forecast", rnn=lstm(), out=nn.Linear(HIDDEN, 1), own_state=None)


@faulty("state_kept")
def running_mean_that_runs_on_in_evaluation():
    def forward(self, x):
        with torch.no_grad():
            self.own_mean.mul_(0.9).add_(x.mean((0, 1)), alpha=0.1)
        return self.out(self.rnn(x - self.own_mean)[0])

    own = torch.zeros(FEATURES)
    return asked(forward, "forecast", rnn=gru(), out=nn.Linear(HIDDEN, 1), own_mean=own)


@faulty("answer_varies")
def first_state_drawn_anew():
    def forward(self, x):
        return self.out(self.rnn(x, torch.randn(1, len(x), HIDDEN))[0])

    return asked(forward, "forecast", rnn=gru(), out=nn.Linear(HIDDEN, 1))


@faulty("answers_equal", "future_read")
def last_state_copied_to_every_step():
    def forward(self, x):
        return self.out(self.rnn(x)[1][-1])[:, None].expand(-1, x.shape[1], -1)

    return asked(forward, "tag", rnn=gru(), out=nn.Linear(HIDDEN, 4))


@faulty("state_not_continued")
def state_handed_out_upside_down():
    def forward(self, x, state=None):
        out, state = self.rnn(x, state)
        return self.out(out), state.flip(0)

    return asked(
        forward, "forecast", rnn=gru(num_layers=2), out=nn.Linear(HIDDEN, 1), takes_state=True
    )


@faulty("state_not_continued")
def state_taken_and_not_used():
    def forward(self, x, state=None):
        out, state = self.rnn(x)
        return self.out(out), state

    return asked(forward, "forecast", rnn=lstm(), out=nn.Linear(HIDDEN, 1), takes_state=True)


@faulty("state_not_continued")
def only_half_of_the_state_handed_on():
    def forward(self, x, state=None):
        if state is not None:
            state = (state[0], torch.zeros_like(state[1]))
        out, state = self.rnn(x, state)
        return self.out(out), state

    return asked(forward, "forecast", rnn=lstm(), out=nn.Linear(HIDDEN, 1), takes_state=True)


@faulty("parameter_unused")
def both_directions_read_at_the_last_step():
    def forward(self, x):
        return self.out(self.rnn(x)[0][:, -1])

    rnn = lstm(bidirectional=True)
    return asked(forward, "encode", rnn=rnn, out=nn.Linear(2 * HIDDEN, 1))


@faulty("parameter_unused")
def layer_made_and_never_called():
    def forward(self, x):
        return self.out(self.rnn(x)[0])

    extra = nn.Linear(HIDDEN, HIDDEN)
    return asked(forward, "forecast", rnn=gru(), extra=extra, out=nn.Linear(HIDDEN, 1))


@faulty("parameter_unregistered")
def first_state_as_a_plain_tensor():
    def forward(self, x):
        return self.out(self.rnn(x, self.own_first.expand(1, len(x), HIDDEN).contiguous())[0])

    own = torch.zeros(1, 1, HIDDEN, requires_grad=True)
    return asked(forward, "forecast", rnn=gru(), out=nn.Linear(HIDDEN, 1), own_first=own)


@faulty("parameter_unregistered")
def gates_in_a_plain_dict():
    def forward(self, x):
        h = torch.zeros(len(x), HIDDEN)
        for t in range(x.shape[1]):
            both = torch.cat([x[:, t], h], 1)
            z = torch.sigmoid(self.own_gates["z"](both))
            h = (1 - z) * h + z * torch.tanh(self.own_gates["new"](both))
        return self.out(h)

    gates = {key: nn.Linear(FEATURES + HIDDEN, HIDDEN) for key in ("z", "new")}
    return asked(forward, "encode", own_gates=gates, out=nn.Linear(HIDDEN, 1))


@faulty("output_dead")
def softmax_over_a_single_unit():
    def forward(self, x):
        return F.softmax(self.out(self.rnn(x)[0][:, -1]), dim=1)

    return asked(forward, "encode", rnn=gru(), out=nn.Linear(HIDDEN, 1))


@faulty("output_dead", "answers_equal", "no_memory")
def gates_saturated_by_raw_counts():
    def forward(self, x):
        return self.out(self.rnn(x)[0][:, -1])

    x = 4e6 + 3e3 * torch.randn(ROWS, STEPS, FEATURES)
    return asked(forward, "encode", rnn=lstm(), out=nn.Linear(HIDDEN, 1), x=x)


@faulty("steps_ignored", "no_memory")
def first_step_read_out():
    def forward(self, x):
        return self.out(self.rnn(x)[0][:, 0])

    return asked(forward, "encode", rnn=gru(), out=nn.Linear(HIDDEN, 1))


@faulty("no_memory")
def state_started_anew_at_every_step():
    def forward(self, x):
        steps = [self.cell(x[:, t], torch.zeros(len(x), HIDDEN)) for t in range(x.shape[1])]
        return self.out(torch.stack(steps, 1))

    return asked(forward, "forecast", cell=nn.GRUCell(FEATURES, HIDDEN), out=nn.Linear(HIDDEN, 1))


@faulty("steps_mixed")
def tags_in_reverse_order():
    def forward(self, x):
        return self.out(self.rnn(x.flip(1))[0])

    return asked(forward, "tag", rnn=gru(), out=nn.Linear(HIDDEN, 4))


@faulty("steps_mixed", "future_read")
def inputs_viewed_by_feature():
    def forward(self, x):
        turned = x.reshape(len(x), FEATURES, -1).transpose(1, 2)
        return self.out(self.rnn(turned)[0])

    return asked(forward, "tag", rnn=gru(), out=nn.Linear(HIDDEN, 4))


@faulty("steps_mixed")
def bidirectional_scores_viewed_by_class():
    def forward(self, x):
        scores = self.out(self.rnn(x)[0])
        return scores.reshape(len(x), 4, -1).transpose(1, 2)

    rnn = lstm(bidirectional=True)
    return asked(forward, "tag", rnn=rnn, out=nn.Linear(2 * HIDDEN, 4))


@faulty("padding_read")
def attention_over_padding():
    def forward(self, x, lengths):
        states = self.rnn(x)[0]
        return self.out((F.softmax(self.score(states), 1) * states).sum(1))

    parts = {"rnn": gru(), "score": nn.Linear(HIDDEN, 1), "out": nn.Linear(HIDDEN, 1)}
    return asked(forward, "encode", **parts, **padded())


@faulty("padding_read")
def backward_direction_starts_in_the_padding():
    def forward(self, x, lengths):
        return self.out(self.rnn(x)[0])

    rnn = gru(bidirectional=True)
    return asked(forward, "tag", rnn=rnn, out=nn.Linear(2 * HIDDEN, 4), **padded())


@faulty("padding_read")
def mean_over_padding_of_tokens():
    def forward(self, x, lengths):
        return self.out(self.rnn(self.table(x))[0].mean(1))

    x = torch.randint(1, 12, (ROWS, STEPS)) * mask(torch.zeros(ROWS, STEPS), LENGTHS)
    parts = {"table": nn.Embedding(12, 4), "rnn": gru(4), "out": nn.Linear(HIDDEN, 1)}
    return asked(forward, "encode", **parts, x=x, lengths=LENGTHS.clone())


@faulty("rows_mixed", "no_memory")
def batch_first_layer_given_time_first_rows():
    def forward(self, x):
        return self.out(self.rnn(x)[0])

    x = torch.randn(STEPS, ROWS, FEATURES)
    return asked(forward, "forecast", rnn=gru(), out=nn.Linear(HIDDEN, 1), x=x, layout="time_first")


@faulty("rows_reordered")
def batch_turned_round_in_place_of_time():
    def forward(self, x):
        return self.out(self.rnn(x.flip(0))[0][:, -1])

    return asked(forward, "encode", rnn=gru(), out=nn.Linear(HIDDEN, 1))


@faulty("rows_mixed")
def state_carried_from_row_to_row():
    def forward(self, x):
        answers, h = [], None
        for row in x:
            states, h = self.rnn(row, h)
            answers.append(self.out(states[-1]))
        return torch.stack(answers)

    return asked(forward, "encode", rnn=gru(), out=nn.Linear(HIDDEN, 1))


@faulty("future_read")
def norm_over_all_steps():
    def forward(self, x):
        return self.out(self.norm(self.rnn(x)[0]))

    norm = nn.LayerNorm([STEPS, HIDDEN])
    return asked(forward, "forecast", rnn=gru(), norm=norm, out=nn.Linear(HIDDEN, 1))


@faulty("padding_read")
def read_one_step_behind_the_last():
    def forward(self, x, lengths):
        states = self.rnn(x)[0]
        return self.out(states[torch.arange(len(x)), lengths.clamp(max=x.shape[1] - 1)])

    return asked(forward, "encode", rnn=gru(), out=nn.Linear(HIDDEN, 1), **padded())


@faulty("steps_ignored")
def last_step_but_one_read_out():
    def forward(self, x):
        return self.out(self.rnn(x)[0][:, -2])

    return asked(forward, "encode", rnn=gru(), out=nn.Linear(HIDDEN, 1))


@faulty("answer_varies")
def dropout_made_within_the_forward_pass():
    def forward(self, x):
        return self.out(nn.Dropout(0.4)(self.rnn(x)[0]))

    return asked(forward, "tag", rnn=gru(), out=nn.Linear(HIDDEN, 4))


@faulty("parameter_unregistered")
def parameter_moved_before_it_was_registered():
    def forward(self, x):
        return self.out(self.rnn(x * self.own_scale)[0])

    own = nn.Parameter(torch.ones(FEATURES)) * 1.0
    return asked(forward, "forecast", rnn=gru(), out=nn.Linear(HIDDEN, 1), own_scale=own)


@faulty("call_fails")
def error_at_the_first_call():
    def forward(self, x):
        return self.out(self.rnn(x))

    return asked(forward, "encode", rnn=gru(), out=nn.Linear(HIDDEN, 1))


# ---------------------------------------------------------------- right, and said to be
@right
def last_step():
    def forward(self, x):
        return self.out(self.rnn(x)[0][:, -1])

    return asked(forward, "encode", rnn=lstm(), out=nn.Linear(HIDDEN, 1))


@right
def tagger_of_both_directions():
    def forward(self, x):
        return self.out(self.rnn(x)[0])

    rnn = lstm(bidirectional=True)
    return asked(forward, "tag", rnn=rnn, out=nn.Linear(2 * HIDDEN, 4))


@right
def dropout_between_layers_switched_off():
    def forward(self, x):
        return self.out(self.rnn(x)[1][0][-1])

    return asked(forward, "encode", rnn=lstm(num_layers=2, dropout=0.5), out=nn.Linear(HIDDEN, 1))


@right
def packed_without_sorting():
    def forward(self, x, lengths):
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        return self.out(torch.cat(list(self.rnn(packed)[1][0]), 1))

    rnn = lstm(bidirectional=True)
    return asked(forward, "encode", rnn=rnn, out=nn.Linear(2 * HIDDEN, 1), **padded())


@right
def encoder_that_reads_backwards():
    def forward(self, x):
        return self.out(self.rnn(x.flip(1))[0][:, -1])

    return asked(forward, "encode", rnn=gru(), out=nn.Linear(HIDDEN, 2))


@right
def declared_dropout():
    def forward(self, x):
        return self.out(self.rnn(F.dropout(F.relu(self.pre(x)), 0.5))[0])

    parts = {"pre": nn.Linear(FEATURES, HIDDEN), "rnn": gru(HIDDEN), "out": nn.Linear(HIDDEN, 1)}
    return asked(forward, "forecast", **parts, stochastic=True)


# ---------------------------------------------------------------- right, of unusual design
@right
def attention_pooling():
    def forward(self, x):
        states = self.rnn(x)[0]
        return self.out((F.softmax(self.score(torch.tanh(states)), 1) * states).sum(1))

    return asked(forward, "encode", rnn=gru(), score=nn.Linear(HIDDEN, 1), out=nn.Linear(HIDDEN, 1))


@right
def self_attention_with_a_causal_mask():
    def forward(self, x):
        states = self.rnn(x)[0]
        ahead = torch.ones(x.shape[1], x.shape[1]).triu(1).bool()
        return self.out(self.norm(states + self.look(states, states, states, attn_mask=ahead)[0]))

    parts = {
        "look": nn.MultiheadAttention(HIDDEN, 2, batch_first=True),
        "norm": nn.LayerNorm(HIDDEN),
    }
    return asked(forward, "forecast", rnn=gru(), **parts, out=nn.Linear(HIDDEN, 1))


@right
def packed_tagger_padded_again():
    def forward(self, x, lengths):
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        out, _ = pad_packed_sequence(self.rnn(packed)[0], batch_first=True, total_length=x.shape[1])
        return self.out(out)

    rnn = lstm(bidirectional=True, num_layers=2)
    return asked(forward, "tag", rnn=rnn, out=nn.Linear(2 * HIDDEN, 4), **padded())


@right
def sorted_packed_and_put_back():
    def forward(self, x, lengths):
        lengths, order = lengths.sort(descending=True)
        packed = pack_padded_sequence(x[order], lengths, batch_first=True)
        return self.out(self.rnn(packed)[1][-1])[order.argsort()]

    return asked(forward, "encode", rnn=gru(), out=nn.Linear(HIDDEN, 1), **padded())


@right
def masked_mean_pooling_of_tokens():
    def forward(self, x, lengths):
        real = mask(x, lengths)[..., None]
        return self.out((self.rnn(self.table(x))[0] * real).sum(1) / real.sum(1))

    x = torch.randint(1, 12, (ROWS, STEPS)) * mask(torch.zeros(ROWS, STEPS), LENGTHS)
    parts = {
        "table": nn.Embedding(12, 4, padding_idx=0),
        "rnn": gru(4),
        "out": nn.Linear(HIDDEN, 1),
    }
    return asked(forward, "encode", **parts, x=x, lengths=LENGTHS.clone())


@right
def mask_made_from_the_padding_token():
    def forward(self, x, lengths=None):
        real = (x != 0)[..., None]
        return self.out((self.rnn(self.table(x))[0] * real).sum(1) / real.sum(1))

    x = torch.randint(1, 12, (ROWS, STEPS)) * mask(torch.zeros(ROWS, STEPS), LENGTHS)
    parts = {"table": nn.Embedding(12, 4), "rnn": gru(4), "out": nn.Linear(HIDDEN, 1)}
    return asked(forward, "encode", **parts, x=x, lengths=LENGTHS.clone())


@right
def learnable_first_state():
    def forward(self, x):
        return self.out(self.rnn(x, self.first.expand(1, len(x), HIDDEN).contiguous())[0])

    first = nn.Parameter(torch.zeros(1, 1, HIDDEN))
    return asked(forward, "forecast", rnn=gru(), out=nn.Linear(HIDDEN, 1), first=first)


@right
def first_state_that_wants_a_gradient():
    def forward(self, x):
        first = torch.zeros(1, len(x), HIDDEN).requires_grad_()
        out, last = self.rnn(x, (first, torch.zeros(1, len(x), HIDDEN).requires_grad_()))
        return self.out(out[:, -1]), last

    return asked(forward, "encode", rnn=lstm(), out=nn.Linear(HIDDEN, 1))


@right
def frozen_table_and_tied_weights():
    def forward(self, x):
        return self.out(self.down(self.rnn(self.table(x))[0]))

    table, out = nn.Embedding(15, 6), nn.Linear(6, 15)
    out.weight = table.weight
    table.weight.requires_grad_(False)
    parts = {"table": table, "rnn": lstm(6), "down": nn.Linear(HIDDEN, 6), "out": out}
    return asked(forward, "forecast", **parts, x=torch.randint(15, (ROWS, STEPS)))


@right
def cells_in_a_module_list_with_residuals():
    def forward(self, x):
        x = self.pre(x)
        for cell, norm in zip(self.cells, self.norms, strict=True):
            x = norm(x + walk(cell, x))
        return self.out(x)

    return asked(
        forward, "forecast", pre=nn.Linear(FEATURES, HIDDEN), out=nn.Linear(HIDDEN, 1),
        cells=nn.ModuleList(nn.LSTMCell(HIDDEN, HIDDEN) for _ in range(3)),
        norms=nn.ModuleList(nn.LayerNorm(HIDDEN) for _ in range(3)),
    )  # fmt: skip


@right
def convolution_in_front_that_shortens():
    def forward(self, x):
        return self.out(self.rnn(F.relu(self.conv(x.transpose(1, 2))).transpose(1, 2))[0][:, -1])

    conv = nn.Conv1d(FEATURES, 8, 4, stride=3)
    return asked(forward, "encode", conv=conv, rnn=gru(8), out=nn.Linear(HIDDEN, 1))


@right
def shorter_answers_of_a_forecaster():
    def forward(self, x):
        return self.out(self.rnn(self.conv(x.transpose(1, 2)).transpose(1, 2))[0])

    conv = nn.Conv1d(FEATURES, 5, 3)
    return asked(forward, "forecast", conv=conv, rnn=gru(5), out=nn.Linear(HIDDEN, 1))


@right
def causal_convolutions():
    def forward(self, x):
        x = x.transpose(1, 2)
        for width, conv in zip((1, 2, 4), self.convs, strict=True):
            x = torch.relu(conv(F.pad(x, (2 * width, 0)))) + x[:, :1]
        return self.out(x.transpose(1, 2))

    sizes = ((FEATURES, 1), (HIDDEN, 2), (HIDDEN, 4))
    convs = nn.ModuleList(nn.Conv1d(n, HIDDEN, 3, dilation=wide) for n, wide in sizes)
    return asked(forward, "forecast", convs=convs, out=nn.Linear(HIDDEN, 1))


@right
def window_of_three_steps():
    def forward(self, x):
        return self.out(self.conv(x.transpose(1, 2))[..., -1])

    return asked(forward, "encode", conv=nn.Conv1d(FEATURES, HIDDEN, 3), out=nn.Linear(HIDDEN, 1))


@right
def classes_before_steps():
    def forward(self, x):
        return self.out(self.rnn(x)[0]).permute(0, 2, 1)

    return asked(forward, "tag", rnn=gru(bidirectional=True), out=nn.Linear(2 * HIDDEN, 4))


@right
def steps_of_all_rows_in_one_list():
    def forward(self, x):
        return self.out(self.rnn(x)[0].reshape(-1, HIDDEN))

    return asked(forward, "forecast", rnn=gru(), out=nn.Linear(HIDDEN, 4))


@right
def one_number_per_row_without_an_axis():
    def forward(self, x):
        return self.out(self.rnn(x)[0][:, -1]).squeeze(-1)

    return asked(forward, None, rnn=gru(), out=nn.Linear(HIDDEN, 1))


@right
def time_first_and_state_returned():
    def forward(self, x, state=None):
        out, state = self.rnn(x, state)
        return self.out(out), state

    x = torch.randn(STEPS, ROWS, FEATURES, dtype=torch.float64)
    given = asked(
        forward, "forecast", rnn=lstm(batch_first=False, num_layers=2), takes_state=True,
        out=nn.Linear(HIDDEN, 1), x=x, layout="time_first",
    )  # fmt: skip
    given["model"].double()
    return given


@right
def projected_states_handed_on_one_summary():
    def forward(self, x, state=None):
        out, state = self.rnn(x, state)
        return self.out(out.mean(1)), state

    return asked(forward, "encode", rnn=lstm(proj_size=5), out=nn.Linear(5, 1), takes_state=True)


@right
def forecasts_fed_back():
    def forward(self, x):
        out, h = self.rnn(x)
        y = [self.out(out[:, -1:])]
        for _ in range(4):
            out, h = self.rnn(torch.cat([y[-1]] * FEATURES, 2), h)
            y.append(self.out(out))
        return torch.cat(y, 1).squeeze(2)

    return asked(forward, "encode", rnn=gru(), out=nn.Linear(HIDDEN, 1))


@right
def decoder_with_known_plans():
    def forward(self, x):
        h = self.enc(x[:, :6])[1]
        y, last = [], x[:, 5, 2:]
        for t in range(6, x.shape[1]):
            h = self.dec(torch.cat([x[:, t, :2], last], 1)[:, None], h)[1]
            last = self.out(h[0])
            y.append(last)
        return torch.stack(y, 1)

    return asked(
        forward, "forecast", enc=gru(), dec=gru(), out=nn.Linear(HIDDEN, 1),
        known_steps=6, target_column=2,
    )  # fmt: skip


@right
def teacher_forced_only_while_training():
    def forward(self, x):
        h, y, out = None, x[:, :1, :1], []
        for t in range(x.shape[1]):
            fed = x[:, t : t + 1, :1] if self.training and torch.rand(()) < 0.5 else y
            states, h = self.rnn(torch.cat([fed, x[:, t : t + 1, 1:]], 2), h)
            y = self.out(states)
            out.append(y)
        return torch.cat(out, 1)

    return asked(forward, "forecast", rnn=gru(), out=nn.Linear(HIDDEN, 1))


@right
def branches_that_start_at_zero():
    def forward(self, x):
        x = self.pre(x)
        for rnn, gate in zip(self.rnns, self.gates, strict=True):
            x = x + gate * rnn(x)[0]
        return self.out(x)

    return asked(
        forward, "forecast", pre=nn.Linear(FEATURES, HIDDEN), out=nn.Linear(HIDDEN, 1),
        rnns=nn.ModuleList(gru(HIDDEN) for _ in range(2)),
        gates=nn.ParameterList(torch.zeros(()) for _ in range(2)),
    )  # fmt: skip


@right
def read_out_that_starts_at_zero():
    def forward(self, x):
        return self.out(self.rnn(x)[0])

    out = nn.Linear(HIDDEN, 1)
    nn.init.zeros_(out.weight)
    nn.init.zeros_(out.bias)
    return asked(forward, "forecast", rnn=gru(), out=out)


@right
def two_experts_of_four():
    def forward(self, x):
        states = self.rnn(x)[0][:, -1]
        best = self.router(states).topk(2)
        shares, rows = F.softmax(best.values, 1), torch.zeros(len(x), 1)
        for number, expert in enumerate(self.experts):
            share = (shares * (best.indices == number)).sum(1, keepdim=True)
            if bool((share > 0).any()):
                rows = rows + share * expert(states)
        return rows

    experts = nn.ModuleList(nn.Linear(HIDDEN, 1) for _ in range(4))
    return asked(forward, "encode", rnn=gru(), router=nn.Linear(HIDDEN, 4), experts=experts)


@right
def second_head_for_training_alone():
    def forward(self, x):
        states = self.rnn(x)[0]
        y = self.out(states[:, -1])
        return (y, self.aux(states)) if self.training else y

    return asked(forward, "encode", rnn=gru(), aux=nn.Linear(HIDDEN, 3), out=nn.Linear(HIDDEN, 1))


@right
def mean_and_spread():
    def forward(self, x):
        states = self.rnn(x)[0][:, -1]
        return self.mean(states), F.softplus(self.spread(states))

    return asked(
        forward, "encode", rnn=gru(), mean=nn.Linear(HIDDEN, 1), spread=nn.Linear(HIDDEN, 1)
    )


@right
def reservoir_that_is_never_trained():
    def forward(self, x):
        with torch.no_grad():
            h = torch.zeros(len(x), HIDDEN)
            states = []
            for t in range(x.shape[1]):
                h = torch.tanh(x[:, t] @ self.own_in + h @ self.own_loop)
                states.append(h)
        return self.out(torch.stack(states, 1))

    own = {"own_in": torch.randn(FEATURES, HIDDEN), "own_loop": 0.3 * torch.randn(HIDDEN, HIDDEN)}
    return asked(forward, "forecast", **own, out=nn.Linear(HIDDEN, 1))


@right
def teacher_hidden_in_a_list():
    def forward(self, x):
        with torch.no_grad():
            hint = self.own_teacher[0](x)[0]
        return self.out(self.rnn(torch.cat([x, hint], 2))[0])

    own = [gru().requires_grad_(False)]
    return asked(
        forward, "forecast", rnn=gru(FEATURES + HIDDEN), out=nn.Linear(HIDDEN, 1), own_teacher=own
    )


@right
def weights_of_attention_kept_for_a_picture():
    def forward(self, x):
        states = self.rnn(x)[0]
        self.own_picture = F.softmax(self.score(states), 1)
        print("looked at", len(x), "rows")
        return self.out((self.own_picture * states).sum(1))

    return asked(
        forward, "encode", rnn=gru(), score=nn.Linear(HIDDEN, 1), out=nn.Linear(HIDDEN, 1),
        own_picture=None,
    )  # fmt: skip


@right
def noise_of_its_own_from_the_same_seed():
    def forward(self, x):
        noise = torch.randn(x.shape, generator=torch.Generator().manual_seed(3))
        return self.out(self.rnn(x + 0.1 * noise)[0])

    return asked(forward, "forecast", rnn=gru(), out=nn.Linear(HIDDEN, 1))


@right
def logarithm_of_counts_and_back():
    def forward(self, x):
        return self.out(self.rnn(torch.log(x) - 5)[0]).exp()

    x = torch.randint(100, 600, (ROWS, STEPS, 1)).float()
    return asked(forward, "forecast", rnn=gru(1), out=nn.Linear(HIDDEN, 1), x=x)


@right
def whole_row_to_one_layer():
    def forward(self, x):
        return self.out(torch.tanh(self.pre(x.flatten(1))))

    return asked(
        forward, "encode", pre=nn.Linear(STEPS * FEATURES, HIDDEN), out=nn.Linear(HIDDEN, 4)
    )


@right
def six_small_layers():
    def forward(self, x):
        return self.out(self.rnn(x)[0][:, -1])

    return asked(forward, "encode", rnn=lstm(hidden=4, num_layers=6), out=nn.Linear(4, 1))


@right
def two_hundred_steps():
    def forward(self, x):
        return self.out(self.rnn(x)[0])

    x = torch.randn(4, 200, FEATURES)
    return asked(forward, "forecast", rnn=gru(hidden=32), out=nn.Linear(32, 1), x=x)


@right
def batch_norm_in_evaluation():
    def forward(self, x):
        return self.out(self.norm(self.rnn(x)[0].transpose(1, 2)).transpose(1, 2))

    return asked(
        forward, "forecast", rnn=gru(), norm=nn.BatchNorm1d(HIDDEN), out=nn.Linear(HIDDEN, 1)
    )


@right
def every_row_scaled_by_itself():
    def forward(self, x):
        mean, std = x.mean(1, keepdim=True), x.std(1, keepdim=True)
        return self.out(self.rnn((x - mean) / std)[0][:, -1]) * std[:, 0, :1] + mean[:, 0, :1]

    return asked(forward, "encode", rnn=gru(), out=nn.Linear(HIDDEN, 1))


@right
def pointer_to_start_and_end():
    def forward(self, x):
        return F.softmax(self.out(self.rnn(x)[0]), 1)

    return asked(forward, "tag", rnn=gru(bidirectional=True), out=nn.Linear(2 * HIDDEN, 2))


@right
def neighbours_without_the_step_itself():
    def forward(self, x):
        before = F.pad(self.there(x)[0], (0, 0, 1, 0))[:, :-1]
        after = F.pad(self.back(x.flip(1))[0].flip(1), (0, 0, 0, 1))[:, 1:]
        return self.out(torch.cat([before, after], 2))

    return asked(forward, "tag", there=gru(), back=gru(), out=nn.Linear(2 * HIDDEN, 3))


@right
def row_read_and_told_again():
    def forward(self, x):
        h = self.enc(x)[1]
        return self.out(self.dec(h[-1][:, None].expand(-1, x.shape[1], -1))[0])

    return asked(forward, "tag", enc=gru(), dec=gru(HIDDEN), out=nn.Linear(HIDDEN, FEATURES))


@right
def labels_in_place_of_scores():
    def forward(self, x):
        return self.out(self.rnn(x)[0]).argmax(2)

    return asked(forward, "tag", rnn=gru(), out=nn.Linear(HIDDEN, 4))


@right
def answers_under_names():
    def forward(self, x):
        return {"y": self.out(self.rnn(x)[0])}

    return asked(forward, "forecast", rnn=gru(), out=nn.Linear(HIDDEN, 4))


@right
def sizes_found_at_the_first_call():
    def forward(self, x):
        return self.out(self.rnn(x)[0])

    return asked(forward, "forecast", rnn=gru(), out=nn.LazyLinear(2))


@right
def single_step_of_a_stream():
    def forward(self, x, state=None):
        out, state = self.rnn(x, state)
        return self.out(out), state

    x = torch.randn(ROWS, 1, FEATURES)
    return asked(forward, "forecast", rnn=gru(), out=nn.Linear(HIDDEN, 1), x=x)


@right
def relu_network_of_identity():
    def forward(self, x):
        return self.out(self.rnn(x)[0][:, -1])

    rnn = nn.RNN(FEATURES, HIDDEN, nonlinearity="relu", batch_first=True)
    nn.init.eye_(rnn.weight_hh_l0)
    return asked(forward, "encode", rnn=rnn, out=nn.Linear(HIDDEN, 1))


@right
def one_hot_letters():
    def forward(self, x):
        return F.log_softmax(self.out(self.rnn(x)[0]), 2)

    x = F.one_hot(torch.randint(6, (ROWS, STEPS)), 6).float()
    return asked(forward, "forecast", rnn=lstm(6), out=nn.Linear(HIDDEN, 6), x=x)


@right
def handed_in_while_training():
    def forward(self, x):
        return self.out(self.norm(self.drop(self.rnn(x)[0][:, -1])))

    given = asked(
        forward, "encode", rnn=gru(), drop=nn.Dropout(0.5), norm=nn.BatchNorm1d(HIDDEN),
        out=nn.Linear(HIDDEN, 1),
    )  # fmt: skip
    given["model"].train()
    return given


@right
def undeclared_and_of_both_directions():
    def forward(self, x):
        return self.out(self.rnn(x)[0])

    return asked(forward, None, rnn=gru(bidirectional=True), out=nn.Linear(2 * HIDDEN, 1))


@right
def cells_whose_states_are_one():
    def forward(self, x):
        h = torch.zeros(len(x), HIDDEN)
        for t in range(x.shape[1]):
            h = self.deep(self.cell(x[:, t], h), h)
        return self.out(h)

    cells = {"cell": nn.GRUCell(FEATURES, HIDDEN), "deep": nn.GRUCell(HIDDEN, HIDDEN)}
    return asked(forward, "encode", **cells, out=nn.Linear(HIDDEN, 1))


@right
def targets_in_x_read_only_while_training():
    def forward(self, x):
        h = self.enc(x[:, :5])[1]
        fed, answers = x[:, 4:5], []
        for t in range(5, STEPS):
            states, h = self.dec(fed, h)
            answer = self.out(states)
            fed = x[:, t : t + 1] if self.training else torch.cat([answer] * FEATURES, 2)
            answers.append(answer)
        return torch.cat(answers, 1).squeeze(2)

    return asked(forward, "encode", enc=gru(), dec=gru(), out=nn.Linear(HIDDEN, 1))


@right
def slow_copy_kept_aside():
    def forward(self, x):
        return self.out(self.rnn(x)[0])

    slow = gru().requires_grad_(False)
    return asked(forward, "forecast", rnn=gru(), slow=slow, out=nn.Linear(HIDDEN, 1))


@right
def stride_that_leaves_a_tail():
    def forward(self, x):
        return self.out(self.rnn(self.conv(x.transpose(1, 2)).transpose(1, 2))[0][:, -1])

    x = torch.randn(ROWS, 12, FEATURES)
    conv = nn.Conv1d(FEATURES, 6, 3, stride=4)
    return asked(forward, "encode", conv=conv, rnn=gru(6), out=nn.Linear(HIDDEN, 1), x=x)


@right
def lengths_as_a_list_and_x_changed_in_place():
    def forward(self, x, lengths):
        x.mul_(0.5)
        ends = [states[n - 1] for states, n in zip(self.rnn(x)[0], list(lengths), strict=True)]
        return self.out(torch.stack(ends))

    given = padded()
    given["lengths"] = given["lengths"].tolist()
    return asked(forward, "encode", rnn=gru(), out=nn.Linear(HIDDEN, 1), **given)


@right
def time_first_rows_viewed():
    def forward(self, x):
        steps, rows, _ = x.shape
        flat = torch.tanh(self.pre(x.view(steps * rows, FEATURES)))
        return self.out(self.rnn(flat.view(steps, rows, HIDDEN))[0])

    rnn = gru(HIDDEN, batch_first=False)
    x = torch.randn(STEPS, ROWS, FEATURES)
    parts = {"pre": nn.Linear(FEATURES, HIDDEN), "rnn": rnn, "out": nn.Linear(HIDDEN, 1)}
    return asked(forward, "forecast", **parts, x=x, layout="time_first")


@right
def first_layers_state_for_the_last_axis():
    def forward(self, x):
        return self.out(self.rnn(x)[1])

    return asked(forward, "encode", rnn=gru(), out=nn.Linear(HIDDEN, 1))


@right
def three_dilated_layers():
    def forward(self, x):
        for wide, cell in zip((1, 2, 3), self.cells, strict=True):
            states = []
            for t in range(x.shape[1]):
                states.append(cell(x[:, t], states[t - wide] if t >= wide else None))
            x = torch.stack(states, 1)
        return self.out(x)

    sizes = (FEATURES, HIDDEN, HIDDEN)
    cells = nn.ModuleList(nn.GRUCell(size, HIDDEN) for size in sizes)
    return asked(forward, "forecast", cells=cells, out=nn.Linear(HIDDEN, 1))


@right
def query_with_weights_of_its_own():
    def forward(self, x):
        states = self.rnn(x)[0]
        query = self.query.expand(len(x), 1, HIDDEN)
        return self.out(self.look(query, states, states)[0][:, 0])

    parts = {"look": nn.MultiheadAttention(HIDDEN, 2, batch_first=True)}
    query = nn.Parameter(torch.randn(1, 1, HIDDEN))
    return asked(forward, "encode", rnn=gru(), **parts, query=query, out=nn.Linear(HIDDEN, 1))


@right
def transformer_with_places():
    def forward(self, x):
        x = self.pre(x) + self.places[: x.shape[1]]
        ahead = nn.Transformer.generate_square_subsequent_mask(x.shape[1])
        return self.out(self.body(x, mask=ahead, is_causal=True))

    layer = nn.TransformerEncoderLayer(HIDDEN, 2, 16, batch_first=True)
    body = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
    return asked(
        forward, "forecast", pre=nn.Linear(FEATURES, HIDDEN), body=body,
        places=nn.Parameter(torch.randn(40, HIDDEN)), out=nn.Linear(HIDDEN, 1),
    )  # fmt: skip
