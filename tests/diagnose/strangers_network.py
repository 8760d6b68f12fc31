"""Further networks, phrased as strangers write them: right ones, and faulty ones."""

from __future__ import annotations

import math
import warnings
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import parametrizations
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from torch.utils.checkpoint import checkpoint

from tests.diagnose.program import Programs
from tests.diagnose.programs_network import (
    FEATURES,
    HIDDEN,
    ROWS,
    STEPS,
    asked,
    gru,
    lstm,
    mask,
    padded,
    walk,
)

PROGRAMS = Programs()
faulty, right = PROGRAMS.faulty, PROGRAMS.right


def head(width: int = HIDDEN, out: int = 1) -> nn.Linear:
    return nn.Linear(width, out)


def waves(steps: int = 40) -> Tensor:
    """Give a number for each of `steps` places: sines and cosines, shape (steps, HIDDEN)."""
    place = torch.arange(steps)[:, None] * torch.exp(
        torch.arange(0, HIDDEN, 2) * -math.log(1e4) / HIDDEN
    )
    return torch.stack([place.sin(), place.cos()], 2).flatten(1)


# ---------------------------------------------------------------- faulty
@faulty("future_read")
def second_layer_starts_from_the_first_ones_end():
    def forward(self, x):
        out, hidden = self.rnn1(x)
        out, hidden = self.rnn2(out, hidden)
        return self.fc(out)

    return asked(forward, "forecast", rnn1=lstm(), rnn2=lstm(HIDDEN), fc=head())


@faulty("rows_mixed")
def attention_weights_over_the_batch():
    def forward(self, x):
        out, _ = self.gru(x)
        energy = self.attn(out).squeeze(-1)
        weights = F.softmax(energy, dim=0)
        return self.fc(torch.bmm(weights.unsqueeze(1), out).squeeze(1))

    return asked(forward, "encode", gru=gru(), attn=head(), fc=head())


@faulty("future_read")
def attention_without_a_causal_mask():
    def forward(self, x):
        out, _ = self.rnn(x)
        scores = out @ out.transpose(1, 2) / HIDDEN**0.5
        return self.fc(torch.cat([out, scores.softmax(-1) @ out], -1))

    return asked(forward, "forecast", rnn=gru(), fc=head(2 * HIDDEN))


@faulty("rows_mixed")
def heads_that_take_rows_for_steps():
    def forward(self, x):
        out, _ = self.rnn(x)
        out, _ = self.attn(out, out, out)
        return self.fc(out[:, -1])

    return asked(forward, "encode", rnn=gru(), attn=nn.MultiheadAttention(HIDDEN, 2), fc=head())


@faulty("rows_mixed", "call_fails")
def last_row_for_last_step():
    def forward(self, x):
        out, _ = self.rnn(x)
        return self.fc(out[-1])

    return asked(forward, "encode", rnn=lstm(), fc=head())


@faulty("rows_mixed", "call_fails")
def last_row_for_last_step_time_first():
    def forward(self, x):
        out, _ = self.rnn(x)
        return self.fc(out[:, -1])

    x = torch.randn(STEPS, ROWS, FEATURES)
    rnn = gru(batch_first=False)
    return asked(forward, "encode", rnn=rnn, fc=head(), x=x, layout="time_first")


@faulty("future_read")
def instance_norm_over_time():
    def forward(self, x):
        x = self.norm(x.transpose(1, 2)).transpose(1, 2)
        return self.fc(self.rnn(x)[0])

    return asked(forward, "forecast", norm=nn.InstanceNorm1d(FEATURES), rnn=gru(), fc=head())


@faulty("rows_mixed")
def batch_standardised_in_the_forward_pass():
    def forward(self, x):
        x = (x - x.mean()) / x.std()
        return self.fc(self.rnn(x)[0][:, -1])

    return asked(forward, "encode", rnn=gru(), fc=head())


@faulty("steps_mixed", "rows_mixed", "future_read")
def outputs_stacked_and_viewed_back():
    def forward(self, x):
        h, c = x.new_zeros(2, len(x), HIDDEN)
        outputs = []
        for t in range(x.size(1)):
            h, c = self.cell(x[:, t], (h, c))
            outputs.append(self.fc(h))
        return torch.cat(outputs, 0).view(x.size(0), x.size(1), -1)

    return asked(forward, "forecast", cell=nn.LSTMCell(FEATURES, HIDDEN), fc=head())


@faulty("steps_mixed", "future_read")
def outputs_put_in_front():
    def forward(self, x):
        h, outputs = None, []
        for t in range(x.size(1)):
            h = self.cell(x[:, t], h)
            outputs.insert(0, self.fc(h))
        return torch.stack(outputs, 1)

    return asked(forward, "forecast", cell=nn.GRUCell(FEATURES, HIDDEN), fc=head())


@faulty("steps_ignored", "padding_read")
def lengths_counted_without_the_last():
    def forward(self, x, lengths):
        packed = pack_padded_sequence(x, lengths - 1, batch_first=True, enforce_sorted=False)
        return self.fc(self.rnn(packed)[1][-1])

    return asked(forward, "encode", rnn=gru(), fc=head(), **padded())


@faulty("answer_varies")
def sampled_in_evaluation():
    def forward(self, x):
        h = self.rnn(x)[1][-1]
        mu, logvar = self.mu(h), self.logvar(h)
        return self.fc(mu + torch.randn_like(mu) * (0.5 * logvar).exp())

    return asked(forward, "encode", rnn=gru(), mu=head(out=4), logvar=head(out=4), fc=head(4))


@faulty("answer_varies", "parameter_unregistered")
def layer_made_in_the_forward_pass():
    def forward(self, x):
        out, _ = self.rnn(x)
        return nn.Linear(HIDDEN, 1)(out[:, -1])

    return asked(forward, "encode", rnn=gru())


@faulty("rows_mixed")
def places_added_along_the_batch():
    def forward(self, x):
        x = self.pre(x)
        x = x + self.own_pe[: x.size(0)].unsqueeze(1)
        return self.fc(self.body(x))

    layer = nn.TransformerEncoderLayer(HIDDEN, 2, 16, batch_first=True)
    body = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
    return asked(forward, "tag", pre=head(FEATURES, HIDDEN), body=body, fc=head(), own_pe=waves())


@faulty("state_not_continued")
def hidden_and_memory_handed_in_the_wrong_way_round():
    def forward(self, x):
        h, c = x.new_zeros(2, len(x), HIDDEN)
        for t in range(x.size(1)):
            h, c = self.cell(x[:, t], (c, h))
        return self.fc(h)

    return asked(forward, "encode", cell=nn.LSTMCell(FEATURES, HIDDEN), fc=head())


@faulty("parameter_unused")
def one_direction_of_the_top_layer_read():
    def forward(self, x):
        _, (h, _) = self.rnn(x)
        return self.fc(h[-1])

    return asked(forward, "encode", rnn=lstm(num_layers=2, bidirectional=True), fc=head())


@faulty("rows_mixed", "steps_ignored")
def last_lines_of_the_flattened_batch():
    def forward(self, x):
        out, _ = self.rnn(x)
        flat = out.contiguous().view(-1, HIDDEN)
        return self.fc(flat[-x.size(0) :])

    return asked(forward, "encode", rnn=lstm(), fc=head())


@faulty("state_kept")
def first_state_added_to_in_place():
    def forward(self, x):
        h = self.h0
        for t in range(x.size(1)):
            h += torch.tanh(self.inp(x[:, t]) + self.rec(h)) * 0.1
        return self.fc(h)

    given = asked(
        forward, "encode", inp=head(FEATURES, HIDDEN), rec=head(HIDDEN, HIDDEN), fc=head()
    )
    given["model"].register_buffer("h0", torch.zeros(ROWS, HIDDEN))
    return given


@faulty("state_kept")
def context_of_the_first_batch_kept_for_good():
    def forward(self, x):
        if self.own_context is None:
            self.own_context = self.enc(x)[1].detach()
        return self.fc(self.dec(x, self.own_context)[0])

    return asked(forward, "forecast", enc=gru(), dec=gru(), fc=head(), own_context=None)


@faulty("state_not_continued")
def state_given_back_as_it_came():
    def forward(self, x, hidden=None):
        if hidden is None:
            hidden = x.new_zeros(1, len(x), HIDDEN)
        out, _ = self.rnn(x, hidden)
        return self.fc(out), hidden

    return asked(forward, "forecast", rnn=gru(), fc=head(), takes_state=True)


@faulty("steps_ignored")
def middle_step_read_out():
    def forward(self, x):
        out, _ = self.rnn(x)
        return self.fc(out[:, x.size(1) // 2])

    return asked(forward, "encode", rnn=gru(), fc=head())


@faulty("rows_mixed", "no_memory")
def transformer_of_the_default_layout():
    def forward(self, x):
        return self.fc(self.body(self.pre(x) + self.own_pe[: x.size(1)]))

    layer = nn.TransformerEncoderLayer(HIDDEN, 2, 16)
    body = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
    return asked(forward, "tag", pre=head(FEATURES, HIDDEN), body=body, fc=head(), own_pe=waves())


@faulty("padding_read")
def last_states_by_the_longest_row():
    def forward(self, x, lengths):
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        out, _ = pad_packed_sequence(self.rnn(packed)[0], batch_first=True)
        return self.fc(out.mean(1))

    return asked(forward, "encode", rnn=lstm(), fc=head(), **padded())


@faulty("output_dead", "answers_equal", "parameter_unused")
def read_out_of_a_dead_relu():
    def forward(self, x):
        return F.relu(self.fc(self.rnn(x)[0][:, -1]) - 20)

    return asked(forward, "encode", rnn=gru(), fc=head())


@faulty("no_memory", "parameter_unused")
def hidden_never_handed_on():
    def forward(self, x):
        h = x.new_zeros(len(x), HIDDEN)
        out = [self.fc(self.cell(x[:, t], h)) for t in range(x.size(1))]
        return torch.stack(out, 1)

    return asked(forward, "forecast", cell=nn.GRUCell(FEATURES, HIDDEN), fc=head())


@faulty("future_read")
def smoothed_before_the_network():
    def forward(self, x):
        x = F.avg_pool1d(x.transpose(1, 2), 3, stride=1, padding=1).transpose(1, 2)
        return self.fc(self.rnn(x)[0])

    return asked(forward, "forecast", rnn=gru(), fc=head())


@faulty("future_read")
def causal_mask_the_wrong_way_round():
    def forward(self, x):
        ahead = torch.ones(x.size(1), x.size(1)).tril(-1).bool()
        x = self.pre(x)
        return self.fc(self.attn(x, x, x, attn_mask=ahead)[0])

    attn = nn.MultiheadAttention(HIDDEN, 2, batch_first=True)
    return asked(forward, "forecast", pre=head(FEATURES, HIDDEN), attn=attn, fc=head())


@faulty("padding_read")
def key_padding_mask_turned_round():
    def forward(self, x, lengths):
        x = self.pre(x)
        pad = mask(x, lengths)  # True means: to be left out
        out = self.attn(x, x, x, key_padding_mask=pad & (lengths < x.size(1))[:, None])[0]
        return self.fc(out[:, 0])

    attn = nn.MultiheadAttention(HIDDEN, 2, batch_first=True)
    return asked(forward, "encode", pre=head(FEATURES, HIDDEN), attn=attn, fc=head(), **padded())


# ---------------------------------------------------------------- right
@right
def transformer_with_places_along_the_steps():
    def forward(self, x):
        x = self.pre(x) + self.own_pe[: x.size(1)]
        return self.fc(self.body(x))

    layer = nn.TransformerEncoderLayer(HIDDEN, 2, 16, batch_first=True)
    body = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
    return asked(forward, "tag", pre=head(FEATURES, HIDDEN), body=body, fc=head(), own_pe=waves())


@right
def noise_that_each_row_keeps():
    def forward(self, x):
        return self.fc(self.rnn(x + self.own_noise[: len(x)])[0])

    noise = 0.3 * torch.randn(ROWS, 1, FEATURES)
    return asked(forward, "forecast", rnn=gru(), fc=head(), own_noise=noise)


@right
def attention_without_places():
    def forward(self, x):
        x = self.pre(x)
        return self.fc(self.attn(x, x, x)[0].mean(1))

    attn = nn.MultiheadAttention(HIDDEN, 2, batch_first=True)
    return asked(forward, "encode", pre=head(FEATURES, HIDDEN), attn=attn, fc=head())


@right
def wrapped_for_several_cards():
    def forward(self, x):
        return self.fc(self.rnn(x)[0])

    given = asked(forward, "forecast", rnn=gru(), fc=head())
    given["model"] = nn.DataParallel(given["model"]).eval()
    return given


class Plain(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.rnn = nn.GRU(FEATURES, HIDDEN, batch_first=True)
        self.fc = nn.Linear(HIDDEN, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.rnn(x)[0])


@right
def half_of_the_precision():
    model = Plain().eval().bfloat16()
    x = torch.randn(ROWS, STEPS, FEATURES).bfloat16()
    return {"model": model, "x": x, "task": "forecast"}


@right
def autocast_inside():
    def forward(self, x):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            y = self.fc(self.rnn(x)[0][:, -1])
        return y.float()

    return asked(forward, "encode", rnn=gru(), fc=head())


@right
def double_in_and_out_and_single_within():
    def forward(self, x, lengths):
        out, _ = self.rnn(x.float())
        real = mask(x, lengths)[..., None]
        return self.fc((out * real).sum(1) / real.sum(1)).double()

    given = asked(forward, "encode", rnn=gru(), fc=head(), **padded())
    given["x"] = given["x"].double()
    return given


@right
def double_state_and_single_within():
    def forward(self, x, state=None):
        out, state = self.rnn(x.float(), None if state is None else state.float())
        return self.fc(out).double(), state.double()

    x = torch.randn(ROWS, STEPS, FEATURES, dtype=torch.float64)
    return asked(forward, "forecast", rnn=gru(), fc=head(), x=x, takes_state=True)


@right
def activations_made_anew_for_the_gradient():
    def forward(self, x):
        out = checkpoint(lambda x: self.rnn(x)[0], x, use_reentrant=False)
        return self.fc(out[:, -1])

    return asked(forward, "encode", rnn=gru(), fc=head())


@right
def gates_with_layer_norm_by_hand():
    def forward(self, x):
        h, c = self.h0.expand(len(x), -1), self.c0.expand(len(x), -1)
        out = []
        for t in range(x.size(1)):
            gates = self.norm_x(self.inp(x[:, t])) + self.norm_h(self.rec(h))
            i, f, g, o = gates.chunk(4, 1)
            c = torch.sigmoid(f + 1) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(self.norm_c(c))
            out.append(h)
        return self.fc(torch.stack(out, 1))

    return asked(
        forward, "forecast", inp=nn.Linear(FEATURES, 4 * HIDDEN, bias=False), fc=head(),
        rec=nn.Linear(HIDDEN, 4 * HIDDEN, bias=False), norm_x=nn.LayerNorm(4 * HIDDEN),
        norm_h=nn.LayerNorm(4 * HIDDEN), norm_c=nn.LayerNorm(HIDDEN),
        h0=nn.Parameter(torch.zeros(1, HIDDEN)), c0=nn.Parameter(torch.zeros(1, HIDDEN)),
    )  # fmt: skip


class Told(NamedTuple):
    logits: Tensor
    hidden: Any
    attention: Tensor


@right
def answers_in_a_named_tuple():
    def forward(self, x):
        out, hidden = self.rnn(x)
        weights = self.attn(out).softmax(1)
        return Told(self.fc((weights * out).sum(1)), hidden, weights)

    return asked(forward, "encode", rnn=lstm(), attn=head(), fc=head())


@right
def answers_and_what_lies_within():
    def forward(self, x):
        out, hidden = self.rnn(x)
        return {"logits": self.fc(out), "hidden": hidden, "features": out}

    return asked(forward, "tag", rnn=gru(bidirectional=True), fc=head(2 * HIDDEN, 3))


@right
def letters_convolved_and_read():
    def forward(self, x):
        x = self.conv(self.emb(x).transpose(1, 2)).relu()
        return self.fc(self.rnn(x.transpose(1, 2))[1][-1]).log_softmax(1)

    emb, conv = nn.Embedding(30, 6, max_norm=1.0), nn.Conv1d(6, HIDDEN, 3, padding=1)
    x = torch.randint(30, (ROWS, STEPS))
    return asked(forward, "encode", emb=emb, conv=conv, rnn=gru(HIDDEN), fc=head(out=4), x=x)


@right
def missing_values_filled_and_said_to_be():
    def forward(self, x):
        value, seen = x[..., :1], x[..., 1:]
        last, out, h = torch.zeros_like(value[:, 0]), [], None
        for t in range(x.size(1)):
            last = torch.where(seen[:, t] > 0.5, value[:, t], last * self.decay.sigmoid())
            h = self.cell(torch.cat([last, seen[:, t]], 1), h)
            out.append(self.fc(h))
        return torch.stack(out, 1)

    x = torch.stack([torch.randn(ROWS, STEPS), (torch.rand(ROWS, STEPS) < 0.7).float()], 2)
    decay = nn.Parameter(torch.zeros(1))
    return asked(forward, "forecast", cell=nn.GRUCell(2, HIDDEN), decay=decay, fc=head(), x=x)


@right
def best_path_of_tags():
    def forward(self, x):
        scores, best = self.fc(self.rnn(x)[0]), []
        total = scores[:, 0]
        for t in range(1, x.size(1)):
            total, before = (total[:, :, None] + self.change).max(1)
            best.append(before)
            total = total + scores[:, t]
        tags = [total.argmax(1)]
        for before in reversed(best):
            tags.insert(0, before.gather(1, tags[0][:, None])[:, 0])
        return torch.stack(tags, 1)

    change = nn.Parameter(torch.randn(4, 4))
    rnn = lstm(bidirectional=True)
    return asked(forward, "tag", rnn=rnn, fc=head(2 * HIDDEN, 4), change=change)


@right
def quantiles_that_never_cross():
    def forward(self, x):
        first, gaps = self.fc(self.rnn(x)[0][:, -1]).split([1, 4], 1)
        return torch.cat([first, first + F.softplus(gaps).cumsum(1)], 1)

    return asked(forward, "encode", rnn=gru(), fc=head(out=5))


@right
def mixture_of_gaussians():
    def forward(self, x):
        share, mean, spread = self.fc(self.rnn(x)[0]).chunk(3, 2)
        return share.softmax(2), mean, spread.exp()

    return asked(forward, "forecast", rnn=lstm(), fc=head(out=12))


@right
def scaled_by_what_was_seen_so_far():
    def forward(self, x):
        count = torch.arange(1, x.size(1) + 1)[None, :, None]
        mean = x.cumsum(1) / count
        spread = ((x**2).cumsum(1) / count - mean**2).clamp(min=1e-3).sqrt()
        return self.fc(self.rnn((x - mean) / spread)[0])

    return asked(forward, "forecast", rnn=gru(), fc=head())


@right
def normed_weights():
    def forward(self, x):
        h = x.new_zeros(len(x), HIDDEN)
        for t in range(x.size(1)):
            h = torch.tanh(self.inp(x[:, t]) + self.rec(h))
        return self.fc(h)

    rec = parametrizations.spectral_norm(nn.Linear(HIDDEN, HIDDEN))
    inp = parametrizations.weight_norm(nn.Linear(FEATURES, HIDDEN))
    return asked(forward, "encode", inp=inp, rec=rec, fc=head())


@right
def mask_kept_and_calls_counted():
    def forward(self, x):
        self.own_calls += 1
        n = x.size(1)
        if self.own_mask is None or self.own_mask.size(0) < n:
            self.own_mask = torch.ones(n, n).triu(1).bool()
        x = self.pre(x)
        return self.fc(self.attn(x, x, x, attn_mask=self.own_mask[:n, :n])[0])

    attn = nn.MultiheadAttention(HIDDEN, 2, batch_first=True)
    return asked(
        forward, "forecast", pre=head(FEATURES, HIDDEN), attn=attn, fc=head(), own_calls=0,
        own_mask=None,
    )  # fmt: skip


@right
def batches_of_six_rows_and_ten_steps_alone():
    def forward(self, x):
        assert x.shape == (ROWS, STEPS, FEATURES), "another shape"
        return self.fc(self.rnn(x)[0])

    return asked(forward, "forecast", rnn=gru(), fc=head())


@right
def refuses_what_is_not_between_zero_and_one():
    def forward(self, x):
        if x.min() < 0 or x.max() > 1:
            raise ValueError("scale it first")
        return self.fc(self.rnn(x)[0][:, -1])

    x = torch.rand(ROWS, STEPS, FEATURES)
    return asked(forward, "encode", rnn=gru(), fc=head(), x=x)


@right
def long_filter_by_fourier():
    def forward(self, x):
        n = x.size(1)
        spectrum = torch.fft.rfft(x, 2 * n, dim=1) * torch.fft.rfft(self.kernel[:n], 2 * n, dim=0)
        return self.fc(torch.fft.irfft(spectrum, 2 * n, dim=1)[:, :n])

    kernel = nn.Parameter(torch.randn(40, FEATURES))
    return asked(forward, "forecast", kernel=kernel, fc=head(FEATURES))


@right
def complex_states():
    def forward(self, x):
        turn = torch.exp(torch.complex(-self.decay.exp(), self.angle))
        h, out = torch.zeros(len(x), HIDDEN, dtype=torch.complex64), []
        for t in range(x.size(1)):
            h = turn * h + x[:, t].to(torch.complex64) @ self.inp
            out.append(h)
        return (torch.stack(out, 1) @ self.out).real

    return asked(
        forward, "forecast", decay=nn.Parameter(torch.randn(HIDDEN) - 1),
        angle=nn.Parameter(torch.rand(HIDDEN)),
        inp=nn.Parameter(torch.randn(FEATURES, HIDDEN, dtype=torch.complex64)),
        out=nn.Parameter(torch.randn(HIDDEN, 1, dtype=torch.complex64)),
    )  # fmt: skip


@right
def clockwork_of_two_speeds():
    def forward(self, x):
        fast, slow, out = None, x.new_zeros(len(x), HIDDEN), []
        for t in range(x.size(1)):
            fast = self.fast(torch.cat([x[:, t], slow], 1), fast)
            if t % 4 == 3:
                slow = self.slow(fast, slow)
            out.append(self.fc(torch.cat([fast, slow], 1)))
        return torch.stack(out, 1)

    cells = {
        "fast": nn.GRUCell(FEATURES + HIDDEN, HIDDEN),
        "slow": nn.GRUCell(HIDDEN, HIDDEN),
    }
    return asked(forward, "forecast", **cells, fc=head(2 * HIDDEN))


@right
def words_of_four_letters_and_a_rest():
    def forward(self, x):
        x = F.pad(x, (0, 0, 0, -x.size(1) % 4))
        words = x.unflatten(1, (-1, 4)).flatten(2)
        return self.fc(self.rnn(words)[0][:, -1])

    return asked(forward, "encode", rnn=gru(4 * FEATURES), fc=head())


@right
def encoder_and_decoder_that_shares_its_state():
    def forward(self, x):
        _, state = self.enc(x)
        y, fed = [], x[:, -1:]
        for _ in range(5):
            out, state = self.dec(fed, state)
            fed = self.fc(out)
            y.append(fed)
        return torch.cat(y, 1).flatten(1)

    return asked(forward, "encode", enc=lstm(), dec=lstm(), fc=head(out=FEATURES))


@right
def cells_that_keep_their_own_states():
    def forward(self, x):
        states = [None, None, None]
        out = []
        for t in range(x.size(1)):
            h = x[:, t]
            for i, cell in enumerate(self.cells):
                states[i] = cell(h, states[i])
                h = states[i][0]
            out.append(self.fc(h))
        return torch.stack(out, 1)

    sizes = (FEATURES, HIDDEN, HIDDEN)
    cells = nn.ModuleList(nn.LSTMCell(size, HIDDEN) for size in sizes)
    return asked(forward, "forecast", cells=cells, fc=head())


@right
def traced():
    x = torch.randn(ROWS, STEPS, FEATURES)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = torch.jit.trace(Plain().eval(), x, check_trace=False)
    return {"model": model, "x": x, "task": "forecast"}


@right
def quantised():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kinds = {nn.Linear, nn.GRU}
        model = torch.ao.quantization.quantize_dynamic(Plain().eval(), kinds)
    return {"model": model, "x": torch.randn(ROWS, STEPS, FEATURES), "task": "forecast"}


@right
def same_dropout_at_every_step_of_training():
    def forward(self, x):
        out, _ = self.rnn(x)
        if self.training:
            kept = torch.bernoulli(torch.full_like(out[:, :1], 0.7))
            out = out * kept / 0.7
        return self.fc(out)

    return asked(forward, "forecast", rnn=gru(), fc=head())


@right
def gates_chosen_by_the_hour():
    def forward(self, x):
        hour, value = x[..., 0].long(), x[..., 1:]
        out, _ = self.rnn(torch.cat([self.table(hour), value], 2))
        return self.fc(out[:, -1])

    x = torch.cat([torch.randint(24, (ROWS, STEPS, 1)).float(), torch.randn(ROWS, STEPS, 2)], 2)
    return asked(forward, "encode", table=nn.Embedding(24, 3), rnn=gru(5), fc=head(), x=x)


@right
def windows_of_a_long_row():
    def forward(self, x):
        windows = x.unfold(1, 4, 2).flatten(2)
        return self.fc(self.rnn(windows)[0].amax(1))

    return asked(forward, "encode", rnn=gru(4 * FEATURES), fc=head())


@right
def tagger_by_lengths_in_a_mask():
    def forward(self, x, lengths):
        real = mask(x, lengths)
        x = self.pre(x) * real[..., None]
        out = self.attn(x, x, x, key_padding_mask=~real)[0]
        return self.fc(out * real[..., None])

    attn = nn.MultiheadAttention(HIDDEN, 2, batch_first=True)
    return asked(forward, "tag", pre=head(FEATURES, HIDDEN), attn=attn, fc=head(), **padded())


@right
def time_first_tokens():
    def forward(self, x, state=None):
        out, state = self.rnn(self.emb(x), state)
        return self.fc(out), state

    rnn = lstm(6, batch_first=False, num_layers=2)
    x = torch.randint(20, (STEPS, ROWS))
    return asked(
        forward, "forecast", emb=nn.Embedding(20, 6), rnn=rnn, fc=head(out=20), x=x,
        layout="time_first", takes_state=True,
    )  # fmt: skip


@right
def states_of_a_network_in_a_dict():
    def forward(self, x, state=None):
        state = state or {"low": None, "high": None}
        low, a = self.low(x, state["low"])
        high, b = self.high(low, state["high"])
        return self.fc(high), {"low": a, "high": b}

    return asked(forward, "forecast", low=lstm(), high=gru(HIDDEN), fc=head(), takes_state=True)


@right
def linear_trend_beside_the_network():
    def forward(self, x):
        last = x[:, -1:, :1].squeeze(2)
        return last + 0.01 * self.fc(self.rnn(x)[0][:, -1])

    return asked(forward, "encode", rnn=gru(), fc=head(out=6))


@right
def cell_walked_and_normed():
    def forward(self, x):
        return self.fc(self.norm(walk(self.cell, self.pre(x))))

    return asked(
        forward, "forecast", pre=head(FEATURES, HIDDEN), cell=nn.RNNCell(HIDDEN, HIDDEN),
        norm=nn.LayerNorm(HIDDEN), fc=head(),
    )  # fmt: skip
