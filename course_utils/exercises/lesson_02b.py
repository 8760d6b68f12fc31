"""The exercises of lesson 02b: sequences of different lengths."""

import torch
from torch import nn

from course_utils.exercises.definitions import Case, Exercise, Misconception


def _numbers(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(sum(shape)))


# --------------------------------------------------------------- 2b.1 padding


def pad(sequences: list[torch.Tensor], value: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Fill sequences (steps, …) up to the longest: padded (batch, longest, …), lengths (batch,)."""
    lengths = torch.tensor([len(one) for one in sequences])
    longest = int(lengths.max())
    padded = sequences[0].new_full((len(sequences), longest, *sequences[0].shape[1:]), value)
    for row, one in zip(padded, sequences, strict=True):
        row[: len(one)] = one
    return padded, lengths


def _pad_by_library(
    sequences: list[torch.Tensor], value: float = 0.0
) -> tuple[torch.Tensor, torch.Tensor]:
    padded = nn.utils.rnn.pad_sequence(sequences, batch_first=True, padding_value=value)
    return padded, torch.tensor(list(map(len, sequences)))


def _pad_in_front(sequences: list[torch.Tensor], value: float) -> tuple:
    padded, lengths = pad([one.flip(0) for one in sequences], value)
    return padded.flip(1), lengths


PAD = Exercise(
    id="2b.1",
    title="Pad, and remember the lengths",
    difficulty=2,
    minutes=8,
    reference=pad,
    also_right=(_pad_by_library,),
    cases=lambda: (
        Case([_numbers(3, 1), _numbers(5, 1), _numbers(2, 1)], 0.0, label="3, 5 and 2 steps"),
        Case(
            [torch.tensor([1, 0]), torch.tensor([1, 1, 0, 1])],
            -100,
            label="classes, padded with −100",
        ),
    ),
    misconceptions=(
        Misconception(
            "in front",
            "The padding stands in front. An RNN would read it first; put it after the end.",
            _pad_in_front,
        ),
        Misconception(
            "cut to the shortest",
            "The sequences are cut to the shortest: what was cut off can never be learnt.",
            lambda sequences, value: (
                torch.stack([one[: min(map(len, sequences))] for one in sequences]),
                torch.tensor([len(one) for one in sequences]),
            ),
        ),
        Misconception(
            "lengths after padding",
            "The lengths are those after padding, all the same. Keep how long each *was*.",
            lambda sequences, value: (
                pad(sequences, value)[0],
                torch.full((len(sequences),), max(map(len, sequences))),
            ),
        ),
        Misconception(
            "time first",
            "Time stands first here, which is `pad_sequence`'s default. Wanted is (batch, "
            "longest, …).",
            lambda sequences, value: (
                pad(sequences, value)[0].transpose(0, 1).contiguous(),
                pad(sequences, value)[1],
            ),
        ),
        Misconception(
            "always zero",
            "The padding is 0 whatever `value` says. For classes 0 is a class, and a wrong answer.",
            lambda sequences, value: pad(sequences, 0.0),
        ),
        Misconception(
            "whole numbers lost",
            "Whole numbers have become floats. `new_full` of a sequence keeps its dtype.",
            lambda sequences, value: pad([one.float() for one in sequences], value),
        ),
    ),
    hints=(
        "Make a tensor of the final shape full of `value`, then write each sequence over the "
        "beginning of its row.",
        "`sequences[0].new_full(shape, value)` keeps the dtype; `row[: len(one)] = one`. "
        "The shape is (batch, longest) and whatever follows the steps.",
    ),
    returns=("padded", "lengths"),
)

# ------------------------------------------------------- 2b.2 the real steps


def real_steps(lengths: torch.Tensor, longest: int) -> torch.Tensor:
    """Take lengths (batch,), give (batch, longest): True where a step is real, else False."""
    return torch.arange(longest) < lengths[:, None]


def _real_by_rows(lengths: torch.Tensor, longest: int) -> torch.Tensor:
    return torch.tensor([[t < n for t in range(longest)] for n in lengths.tolist()])


REAL = Exercise(
    id="2b.2",
    title="Which steps are real?",
    difficulty=1,
    minutes=3,
    reference=real_steps,
    also_right=(_real_by_rows,),
    cases=lambda: (
        Case(torch.tensor([3, 5, 2]), 5, label="lengths 3, 5 and 2"),
        Case(torch.tensor([1, 4]), 6, label="lengths 1 and 4, padded to 6"),
    ),
    misconceptions=(
        Misconception(
            "one step too many",
            "This calls one step of padding real. Counting starts at 0: a sequence of length 3 "
            "has the steps 0, 1 and 2.",
            lambda lengths, longest: torch.arange(longest) <= lengths[:, None],
        ),
        Misconception(
            "turned around",
            "True and False have changed places: True means real.",
            lambda lengths, longest: torch.arange(longest) >= lengths[:, None],
        ),
        Misconception(
            "time first",
            "Time stands first here. Wanted is (batch, longest).",
            lambda lengths, longest: torch.arange(longest)[:, None] < lengths,
        ),
        Misconception(
            "real at the end",
            "The real steps stand at the end of each row. The padding comes *after* the end.",
            lambda lengths, longest: real_steps(lengths, longest).flip(1),
        ),
        Misconception(
            "numbers",
            "Right places, but these are numbers. Wanted are True and False, for they can pick: "
            "`y[real]`.",
            lambda lengths, longest: real_steps(lengths, longest).long(),
        ),
    ),
    hints=(
        "Step t of a sequence is real if t is less than the sequence's length.",
        "`torch.arange(longest)` has the steps, of shape (longest,). Compare it with the lengths "
        "as a column: `lengths[:, None]` has shape (batch, 1).",
    ),
    returns=("real",),
)

# ------------------------------------------------------- 2b.3 the own last step


def last(output: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Take from output (batch, steps, …) each sequence's own last real step: (batch, …)."""
    return output[torch.arange(len(output)), lengths - 1]


LAST = Exercise(
    id="2b.3",
    title="Each sequence's own last step",
    difficulty=2,
    minutes=5,
    reference=last,
    also_right=(
        lambda output, lengths: torch.stack(
            [row[length - 1] for row, length in zip(output, lengths.tolist(), strict=True)]
        ),
    ),
    cases=lambda: (
        Case(_numbers(3, 5, 2), torch.tensor([3, 4, 2]), label="lengths 3, 4 and 2 of 5"),
        Case(_numbers(2, 4, 3), torch.tensor([2, 3])),
    ),
    misconceptions=(
        Misconception(
            "the last column",
            "`output[:, -1]` is the last step of the *padding*. A sequence ends where its length "
            "says.",
            lambda output, lengths: output[:, -1],
        ),
        Misconception(
            "one step too far",
            "This is one step after the end, the first of the padding: counting starts at 0, so "
            "the last step is `lengths - 1`.",
            lambda output, lengths: output[torch.arange(len(output)), lengths],
        ),
        Misconception(
            "every row at every length",
            "`output[:, lengths - 1]` takes *every* length from *every* row. Give each row its "
            "own: `torch.arange(batch)` beside it.",
            lambda output, lengths: output[:, lengths - 1],
        ),
        Misconception(
            "the first step",
            "That is the first step, where nothing has been read yet.",
            lambda output, lengths: output[:, 0],
        ),
        Misconception(
            "mean",
            "That is the mean over the steps, padding included.",
            lambda output, lengths: output.mean(1),
        ),
    ),
    hints=(
        "A sequence of length 3 ends at step 2.",
        "Two index tensors pick pairs: `a[rows, columns]` with `rows = 0, 1, 2, …`.",
    ),
    returns=("last outputs",),
)

# ---------------------------------------------------- 2b.4 the mean of real steps


def mean_of_real(losses: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Mean over all real steps of losses (batch, longest), given lengths (batch,): shape ()."""
    real = torch.arange(losses.shape[1]) < lengths[:, None]
    return losses[real].mean()


def _mean_by_sum(losses: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    real = torch.arange(losses.shape[1]) < lengths[:, None]
    return losses.where(real, torch.zeros(())).sum() / lengths.sum()


def _row_means(losses: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    rows = zip(losses, lengths.tolist(), strict=True)
    return torch.stack([row[:length].mean() for row, length in rows])


MEAN = Exercise(
    id="2b.4",
    title="A loss that leaves out the padding",
    difficulty=2,
    minutes=6,
    reference=mean_of_real,
    also_right=(_mean_by_sum,),
    cases=lambda: (
        Case(
            torch.tensor([[1.0, 2.0, 9.0], [4.0, 5.0, 6.0]]),
            torch.tensor([2, 3]),
            label="lengths 2 and 3 of 3",
        ),
        Case(_numbers(3, 5).square(), torch.tensor([1, 5, 2])),
    ),
    misconceptions=(
        Misconception(
            "padding counted",
            "The padding is in this mean: what the network says there is praised or blamed, too.",
            lambda losses, lengths: losses.mean(),
        ),
        Misconception(
            "divided by all",
            "The padding is left out of the sum, but the division is by *all* steps. So a loss "
            "looks small where there is much padding: divide by `lengths.sum()`.",
            lambda losses, lengths: _mean_by_sum(losses, lengths) * lengths.sum() / losses.numel(),
        ),
        Misconception(
            "mean of means",
            "This is the mean of each sequence's mean, so a step of a short sequence weighs more. "
            "Wanted: every real step weighs the same.",
            lambda losses, lengths: _row_means(losses, lengths).mean(),
        ),
        Misconception(
            "one a sequence",
            "That is one mean for each sequence. Wanted is one for all real steps together.",
            _row_means,
        ),
        Misconception(
            "sum",
            "That is the sum, which grows with the batch. Divide by the number of real steps.",
            lambda losses, lengths: _mean_by_sum(losses, lengths) * lengths.sum(),
        ),
        Misconception(
            "last steps only",
            "Only each sequence's last step counts here. Wanted: all its real steps.",
            lambda losses, lengths: last(losses, lengths).mean(),
        ),
    ),
    hints=(
        "Exercise 2b.2 says which steps are real. A tensor of True and False picks: "
        "`losses[real]` holds the real ones alone.",
        "Then one `mean()` over what was picked.",
    ),
    returns=("loss",),
)

# ---------------------------------------------------------------- 2b.5 perplexity


def perplexity(counts: torch.Tensor, held_out: torch.Tensor, added: float) -> float:
    """Judge pair counts (letters, letters) on held-out pair counts (letters, letters)."""
    smoothed = counts + added
    chances = smoothed / smoothed.sum(1, keepdim=True)
    return float((-(held_out * chances.log()).sum() / held_out.sum()).exp())


def _perplexity_by_loops(counts: torch.Tensor, held_out: torch.Tensor, added: float) -> float:
    import math

    total, pairs = 0.0, 0.0
    for before, row in enumerate(counts.tolist()):
        for after, count in enumerate(row):
            chance = (count + added) / (sum(row) + added * len(row))
            total -= held_out[before, after].item() * math.log(chance)
            pairs += held_out[before, after].item()
    return math.exp(total / pairs)


def _surprise(counts: torch.Tensor, added: float, dim: int = 1) -> torch.Tensor:
    return -((counts + added) / (counts + added).sum(dim, keepdim=True)).log()


def _rows(counts: torch.Tensor, added: float) -> torch.Tensor:
    return (counts + added).sum(1, keepdim=True)


def _judged(chances: torch.Tensor, held_out: torch.Tensor) -> float:
    return float((-(held_out * chances.log()).sum() / held_out.sum()).exp())


PERPLEXITY = Exercise(
    id="2b.5",
    title="The perplexity of a bigram",
    difficulty=3,
    minutes=10,
    reference=perplexity,
    also_right=(_perplexity_by_loops,),
    cases=lambda: (
        Case(
            torch.tensor([[4.0, 1.0, 0.0], [2.0, 2.0, 1.0], [0.0, 5.0, 1.0]]),
            torch.tensor([[3.0, 0.0, 1.0], [1.0, 2.0, 0.0], [0.0, 2.0, 1.0]]),
            0.1,
            label="three letters",
        ),
        Case(torch.tensor([[1.0, 3.0], [8.0, 0.0]]), torch.tensor([[2.0, 1.0], [4.0, 1.0]]), 0.5),
    ),
    misconceptions=(
        Misconception(
            "columns",
            "The chances add up to 1 along the columns. A row is the letter *before*: what can "
            "follow it must add up to 1 along the row.",
            lambda counts, held_out, added: float(
                ((held_out * _surprise(counts, added, 0)).sum() / held_out.sum()).exp()
            ),
        ),
        Misconception(
            "nothing added",
            "`added` is not used, so a pair never seen has chance 0, and one of those in the "
            "held-out text makes the perplexity infinite or not a number.",
            lambda counts, held_out, added: float(
                ((held_out * _surprise(counts, 0.0)).sum() / held_out.sum()).exp()
            ),
        ),
        Misconception(
            "keepdim forgotten",
            "Without `keepdim=True` the row sums lie along the wrong axis: each *column* is "
            "divided by a row's sum.",
            lambda counts, held_out, added: _judged(
                (counts + added) / _rows(counts, added).T, held_out
            ),
        ),
        Misconception(
            "share of all pairs",
            "The pairs are divided by the sum of *all* counts. Each row stands for one letter "
            "before: divide it by its own sum.",
            lambda counts, held_out, added: _judged(
                (counts + added) / (counts + added).sum(), held_out
            ),
        ),
        Misconception(
            "divided by the old sums",
            "The rows are divided by their sums *before* `added` came in, so their chances add up "
            "to more than 1.",
            lambda counts, held_out, added: _judged(
                (counts + added) / _rows(counts, 0.0), held_out
            ),
        ),
        Misconception(
            "mean over the table",
            "The mean runs over the places of the table. Divide by the number of held-out pairs, "
            "`held_out.sum()`.",
            lambda counts, held_out, added: float(
                (held_out * _surprise(counts, added)).mean().exp()
            ),
        ),
        Misconception(
            "every pair once",
            "Every pair counts alike here. Weigh each by how often it occurs in the held-out text.",
            lambda counts, held_out, added: float(_surprise(counts, added).mean().exp()),
        ),
        Misconception(
            "not raised",
            "That is the mean −log chance, the cross-entropy. The perplexity is its exponential.",
            lambda counts, held_out, added: float(
                (held_out * _surprise(counts, added)).sum() / held_out.sum()
            ),
        ),
        Misconception(
            "judged on training",
            "The training pairs judge themselves here: whoever counts them has learnt them by "
            "heart. Weigh by `held_out`.",
            lambda counts, held_out, added: perplexity(counts, counts, added),
        ),
    ),
    hints=(
        "Add, divide each row by its sum, take −log. Then a weighted mean, then `exp`.",
        "The weights are the held-out counts; `keepdim=True` keeps the row sums dividable.",
    ),
    returns=("perplexity",),
    rtol=1e-4,
)

# ------------------------------------------------------------------- the quiz


def _lengths() -> list[int]:
    from course_utils.sequences import draw_words

    return [len(word) for word in draw_words(1500)[:1000]]


def padding_share() -> float:
    """Share of padding if all 1000 training words go into one batch."""
    from course_utils.sequences import draw_words

    lengths = [len(word) for word in draw_words(1500)[:1000]]
    return 1 - sum(lengths) / (len(lengths) * max(lengths))


QUIZ_PADDING = Exercise(
    id="2b.Q1",
    title="How much of one big batch is padding?",
    difficulty=1,
    minutes=3,
    kind="value",
    reference=padding_share,
    also_right=(lambda: sum(10 - n for n in _lengths()) / 10_000,),
    cases=(),
    misconceptions=(
        Misconception(
            "what is real",
            "That is the share that is *real*. The padding is the rest.",
            lambda: 1 - padding_share(),
        ),
        Misconception(
            "in per cent",
            "That is in per cent; wanted a share between 0 and 1.",
            lambda: 100 * padding_share(),
        ),
    ),
    hints=(
        "`collate` all items of `train_words`, and look at the lengths.",
        "The real steps are `lengths.sum()`; the tensor has `x.shape[0] * x.shape[1]` in all.",
    ),
    rtol=0.0,
    atol=0.006,
)


def sorted_share() -> float:
    """Share of padding if the 1000 words are sorted by length, then cut into batches of 50."""
    from course_utils.sequences import draw_words

    lengths = sorted(len(word) for word in draw_words(1500)[:1000])
    batches = [lengths[start : start + 50] for start in range(0, 1000, 50)]
    return 1 - sum(lengths) / sum(50 * max(batch) for batch in batches)


def _share_in_batches(lengths: list[int]) -> float:
    batches = [lengths[start : start + 50] for start in range(0, len(lengths), 50)]
    return 1 - sum(lengths) / sum(len(batch) * max(batch) for batch in batches)


QUIZ_SORTED = Exercise(
    id="2b.Q2",
    title="And if words of like length share a batch?",
    difficulty=2,
    minutes=4,
    kind="value",
    reference=sorted_share,
    also_right=(lambda: _share_in_batches(sorted(_lengths(), reverse=True)),),
    cases=(),
    misconceptions=(
        Misconception(
            "not sorted",
            "That is about the share in the order in which they were drawn. Sort by length "
            "first, then cut into batches of 50.",
            lambda: _share_in_batches(_lengths()),
        ),
        Misconception(
            "what is real",
            "That is the share that is *real*. The padding is the rest.",
            lambda: 1 - sorted_share(),
        ),
        Misconception(
            "in per cent",
            "That is in per cent; wanted a share between 0 and 1.",
            lambda: 100 * sorted_share(),
        ),
    ),
    hints=(
        "`sorted(words[:1000], key=len)`. Each batch is as long as its own longest word.",
        "A batch of 50 has 50 × its longest steps in all. Add them up over the 20 batches.",
    ),
    rtol=0.0,
    atol=0.006,
)


def _pairs() -> tuple[torch.Tensor, torch.Tensor]:
    from course_utils.sequences import count_pairs
    from course_utils.studies.lesson_02 import sentences_apart

    train, held_out = map(count_pairs, sentences_apart())
    return train, held_out


def training_perplexity() -> float:
    """Perplexity of the bigram on the very sentences that it has counted."""
    from course_utils.sequences import count_pairs, load_sentences, perplexity

    sentences = load_sentences()
    counts = count_pairs(sentences[: len(sentences) * 4 // 5])
    return perplexity(counts, counts, 0.1)


def _unigram_on_training() -> float:
    train, _ = _pairs()
    return perplexity(train.sum(0).expand_as(train), train, 0.1)


QUIZ_TRAINING = Exercise(
    id="2b.Q3",
    title="How unsure is the bigram on its own training text?",
    difficulty=2,
    minutes=3,
    kind="value",
    reference=training_perplexity,
    also_right=(lambda: round(training_perplexity(), 1),),
    cases=(),
    misconceptions=(
        Misconception(
            "on held-out text",
            "That is its perplexity on the held-out sentences. Wanted: on those that it counted.",
            lambda: perplexity(*_pairs(), 0.1),
        ),
        Misconception(
            "the unigram",
            "That is a unigram's, which does not look at the letter before.",
            _unigram_on_training,
        ),
    ),
    hints=(
        "`perplexity` takes the counts to judge, and the counts to judge them *on*.",
        "This once both are the counts of `train_text`.",
    ),
    rtol=0.0,
    atol=0.06,
)


EXERCISES = (
    PAD,
    REAL,
    LAST,
    MEAN,
    PERPLEXITY,
    QUIZ_PADDING,
    QUIZ_SORTED,
    QUIZ_TRAINING,
)
