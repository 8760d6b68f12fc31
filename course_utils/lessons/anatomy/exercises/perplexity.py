"""Exercise 2b.7: the perplexity of a bigram."""

import math

import torch

from course_utils.checking import Case, Draw, Exercise, wrong


def perplexity(counts: torch.Tensor, held_out: torch.Tensor, added: float) -> float:
    """Judge pair counts (letters, letters) on held-out pair counts (letters, letters)."""
    smoothed = counts + added
    chances = smoothed / smoothed.sum(1, keepdim=True)
    return float((-(held_out * chances.log()).sum() / held_out.sum()).exp())


def by_loops(counts, held_out, added):
    total, pairs = 0.0, 0.0
    for before, row in enumerate(counts.tolist()):
        for after, count in enumerate(row):
            chance = (count + added) / (sum(row) + added * len(row))
            total -= held_out[before, after].item() * math.log(chance)
            pairs += held_out[before, after].item()
    return math.exp(total / pairs)


def _judged(chances, held_out):
    return float((-(held_out * chances.log()).sum() / held_out.sum()).exp())


def _chances(counts, added):
    return (counts + added) / (counts + added).sum(1, keepdim=True)


@wrong(
    "The chances add up to 1 along the columns. A row stands for the letter *before*, so what can "
    "follow it must add up to 1 along the row."
)
def columns(counts, held_out, added):
    smoothed = counts + added
    return _judged(smoothed / smoothed.sum(0, keepdim=True), held_out)


@wrong(
    "You don't use `added`, so a pair never seen has chance 0, and a single one in the held-out "
    "text makes the perplexity infinite or not a number."
)
def nothing_added(counts, held_out, added):
    return _judged(counts / counts.sum(1, keepdim=True), held_out)


@wrong(
    "Without `keepdim=True` the row sums lie along the wrong axis: each *column* is divided by a "
    "row's sum."
)
def keepdim_forgotten(counts, held_out, added):
    smoothed = counts + added
    return _judged(smoothed / smoothed.sum(1), held_out)


@wrong(
    "You divide the pairs by the sum of *all* counts. Each row stands for one letter before, so "
    "divide it by its own sum."
)
def share_of_all_pairs(counts, held_out, added):
    smoothed = counts + added
    return _judged(smoothed / smoothed.sum(), held_out)


@wrong(
    "You divide the rows by their sums from *before* `added` came in, so their chances add up to "
    "more than 1."
)
def divided_by_the_old_sums(counts, held_out, added):
    return _judged((counts + added) / counts.sum(1, keepdim=True), held_out)


@wrong(
    "This mean runs over the cells of the table. Divide by the number of held-out pairs, "
    "`held_out.sum()`."
)
def mean_over_the_table(counts, held_out, added):
    return float((held_out * -_chances(counts, added).log()).mean().exp())


@wrong("Every pair counts alike here. Weigh each by how often it occurs in the held-out text.")
def every_pair_once(counts, held_out, added):
    return float((-_chances(counts, added).log()).mean().exp())


@wrong("That's the mean −log chance, the cross-entropy. The perplexity is its exponential.")
def not_raised(counts, held_out, added):
    return math.log(_judged(_chances(counts, added), held_out))


@wrong(
    "Here the training pairs are judged by themselves, and a model that counted them knows them by "
    "heart. Weigh by `held_out`."
)
def judged_on_training(counts, held_out, added):
    return _judged(_chances(counts, added), counts)


def one_more(draw: Draw) -> Case:
    letters = draw.size("letters", least=2)
    counts, held_out = (
        torch.from_numpy(draw.rng.poisson(mean, (letters, letters))).float() for mean in (3.0, 1.5)
    )
    if draw.one_of("never seen", (True, False)):
        counts[draw.whole(0, letters - 1)] = 0
    if draw.one_of("unigram", (False, False, True)):
        counts = counts.sum(0).expand_as(counts)
    held_out[draw.whole(0, letters - 1), 0] += 1  # so that there is something to judge by
    added = draw.one_of("added", (0.1, 1.0, 0.01, 2.5))
    if draw.one_of("by keyword", (True, False)):
        return Case(counts, held_out, added=added)
    return Case(counts, held_out, added)


PERPLEXITY = Exercise(
    id="2b.7",
    title="The perplexity of a bigram",
    difficulty=3,
    minutes=10,
    optional=True,
    reference=perplexity,
    also_right=(by_loops,),
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
        columns,
        nothing_added,
        keepdim_forgotten,
        share_of_all_pairs,
        divided_by_the_old_sums,
        mean_over_the_table,
        every_pair_once,
        not_raised,
        judged_on_training,
    ),
    hints=(
        "Add, divide each row by its sum, take −log. Then comes a weighted mean, then `exp`.",
        "The weights are the held-out counts. With `keepdim=True` the row sums stay a column.",
    ),
    space=one_more,
    returns=("perplexity",),
    rtol=1e-4,
)
