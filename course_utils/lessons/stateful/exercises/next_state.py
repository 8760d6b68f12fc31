"""Exercise 4a.4: carry these rows, reset those."""

import torch

from course_utils.checking import Case, Draw, Exercise, Rejected, wrong


def next_state(
    state: tuple[torch.Tensor, torch.Tensor], done: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Cut a pair (h, c) of (1, batch, hidden); zeros in the rows where done (batch,) is True."""
    h, c = state
    keep = ~done[:, None]
    return h.detach() * keep, c.detach() * keep


def _zeroed(part, done):
    part = part.detach().clone()
    part[:, done] = 0
    return part


def by_assignment(state, done):
    h, c = state
    return _zeroed(h, done), _zeroed(c, done)


@wrong("One row is done, but all were reset. The others still need their state.")
def all_rows_reset(state, done):
    return tuple(part.detach() * (not done.any()) for part in state)


@wrong("This keeps the rows that are done and resets the others.")
def the_other_way_round(state, done):
    return tuple(part.detach() * done[:, None] for part in state)


@wrong("Only h was reset, so the cell c of a finished row still remembers.")
def h_alone(state, done):
    h, c = state
    return _zeroed(h, done), c.detach()


@wrong("This changes the state that came in, because detach() shares its numbers. Clone it first.")
def in_place(state, done):
    for part in state:
        part.detach()[:, done] = 0
    return tuple(part.detach() for part in state)


@wrong(
    "The finished rows are gone, so the batch is smaller now. A new stream starts in each of "
    "them: keep the row and fill it with zeros."
)
def rows_thrown_out(state, done):
    return tuple(part.detach()[:, ~done] for part in state)


@wrong(
    "The right rows are zero, but the others still carry the graph of the batch before. Cut them."
)
def not_cut(state, done):
    return tuple(part * ~done[:, None] for part in state)


@wrong(
    "done has shape (batch,), and broadcasting lines it up with the last axis, the hidden "
    "numbers. The rows are the axis before that: use done[:, None]."
)
def no_axis_for_the_hidden_numbers(state, done):
    return tuple(part.detach() * ~done for part in state)


@wrong("Nothing was reset. A row that is done must start from zeros.")
def nothing_reset(state, done):
    return tuple(part.detach() for part in state)


def is_cut(answer):
    pair = tuple(2 * torch.ones(1, 3, 2, requires_grad=True) for _ in range(2))
    if any(part.requires_grad for part in answer(pair, torch.tensor([True, False, False]))):
        raise Rejected("the state still has a history: its requires_grad is True")
    if not all(part.requires_grad for part in pair):
        raise Rejected("the pair that came in has lost its history: use detach(), not detach_()")


def _space(draw: Draw) -> Case:
    batch, hidden = draw.size("batch"), draw.size("hidden")
    dtype = draw.one_of("dtype", (torch.float32, torch.float64))
    state = tuple(draw.tensor(1, batch, hidden, dtype=dtype) for _ in range(2))
    share = draw.one_of("share", (0.0, 0.3, 0.6, 1.0))
    return Case(state, torch.from_numpy(draw.rng.random(batch) < share))


NEXT_STATE = Exercise(
    id="4a.4",
    title="Carry these rows, reset those",
    difficulty=2,
    minutes=5,
    optional=True,
    reference=next_state,
    also_right=(by_assignment,),
    cases=lambda: (
        Case(
            (torch.arange(1.0, 7.0).reshape(1, 3, 2), torch.arange(7.0, 13.0).reshape(1, 3, 2)),
            torch.tensor([False, True, False]),
            label="three rows, the middle one done",
        ),
        Case(
            (torch.ones(1, 2, 4), 2 * torch.ones(1, 2, 4)),
            torch.tensor([False, False]),
            label="two rows, none done",
        ),
    ),
    space=_space,
    misconceptions=(
        all_rows_reset,
        the_other_way_round,
        h_alone,
        in_place,
        rows_thrown_out,
        not_cut,
        no_axis_for_the_hidden_numbers,
        nothing_reset,
    ),
    properties=(is_cut,),
    hints=(
        "`~done` is True for the rows to keep. Multiplying by True keeps a number, multiplying by "
        "False makes it 0.",
        "Rows are axis 1 of (1, batch, hidden), so `~done[:, None]`, of shape (batch, 1), fits.",
    ),
    returns=("h", "c"),
)
