"""Exercises 2b.Q1 to 2b.Q3: the quiz of lesson 02b."""

from course_utils.checking import Exercise, wrong
from course_utils.lessons.anatomy import tasks, texts
from course_utils.lessons.anatomy.exercises.perplexity import perplexity

# ---- 2b.Q1


def padding_share() -> float:
    """Share of padding if all 1000 training words go into one batch."""
    lengths = [len(word) for word in tasks.draw_words(1500)[:1000]]
    return 1 - sum(lengths) / (len(lengths) * max(lengths))


def _training_words():
    return tasks.draw_words(1500)[:1000]


@wrong("That's the share of *real* steps. The padding is the rest.")
def real_share():
    return 1 - padding_share()


@wrong("That's in per cent. Give a share between 0 and 1.")
def in_per_cent():
    return 100 * padding_share()


PADDING_SHARE = Exercise(
    id="2b.Q1",
    title="How much of one big batch is padding?",
    difficulty=1,
    minutes=3,
    kind="value",
    reference=padding_share,
    also_right=(lambda: sum(10 - len(word) for word in _training_words()) / 10_000,),
    misconceptions=(real_share, in_per_cent),
    hints=(
        "`collate` all items of `train_words` and look at the lengths.",
        "`lengths.sum()` steps are real, out of `x.shape[0] * x.shape[1]` in all.",
    ),
    rtol=0.0,
    atol=0.003,  # 0.10 passes, 0.09 does not
)

# ---- 2b.Q2


def sorted_share() -> float:
    """Share of padding if the 1000 words are sorted by length, then cut into batches of 50."""
    lengths = sorted(len(word) for word in tasks.draw_words(1500)[:1000])
    batches = [lengths[start : start + 50] for start in range(0, 1000, 50)]
    return 1 - sum(lengths) / sum(50 * max(batch) for batch in batches)


def _share_in_batches(words):
    batches = [words[start : start + 50] for start in range(0, len(words), 50)]
    steps = sum(len(batch) * max(map(len, batch)) for batch in batches)
    return 1 - len("".join(words)) / steps


@wrong(
    "That's about the share in the order in which the words were drawn. Sort by length first, then "
    "cut into batches of 50."
)
def not_sorted():
    return _share_in_batches(_training_words())


@wrong("That's the share of *real* steps. The padding is the rest.")
def sorted_real_share():
    return 1 - sorted_share()


@wrong("That's in per cent. Give a share between 0 and 1.")
def sorted_in_per_cent():
    return 100 * sorted_share()


SORTED_SHARE = Exercise(
    id="2b.Q2",
    title="And if words of similar length share a batch?",
    difficulty=2,
    minutes=4,
    kind="value",
    reference=sorted_share,
    also_right=(lambda: _share_in_batches(sorted(_training_words(), key=len, reverse=True)),),
    misconceptions=(not_sorted, sorted_real_share, sorted_in_per_cent),
    hints=(
        "`sorted(words[:1000], key=len)`. Each batch is as long as its own longest word.",
        "A batch of 50 has 50 × its longest steps in all. Add them up over the 20 batches.",
    ),
    rtol=0.0,
    atol=0.002,  # 0.02 passes
)

# ---- 2b.Q3


def training_perplexity() -> float:
    """Perplexity of the bigram on the very sentences it has counted."""
    sentences = texts.load_sentences()
    counts = texts.count_pairs(sentences[: len(sentences) * 4 // 5])
    return perplexity(counts, counts, 0.1)


@wrong("That's its perplexity on the held-out sentences. Take the ones it counted.")
def on_held_out_text():
    counts, held_out = map(texts.count_pairs, texts.sentences_apart())
    return perplexity(counts, held_out, 0.1)


@wrong("That's a unigram's, which ignores the letter before.")
def the_unigram():
    counts = texts.count_pairs(texts.sentences_apart()[0])
    return perplexity(counts.sum(0).expand_as(counts), counts, 0.1)


TRAINING_PERPLEXITY = Exercise(
    id="2b.Q3",
    title="How unsure is the bigram on its own training text?",
    difficulty=2,
    minutes=3,
    optional=True,
    kind="value",
    reference=training_perplexity,
    also_right=(lambda: round(training_perplexity(), 1),),
    misconceptions=(on_held_out_text, the_unigram),
    hints=(
        "`perplexity` takes the counts to judge, and the counts to judge them *on*.",
        "Just this once, both are the counts of `train_text`.",
    ),
    rtol=0.0,
    atol=0.03,  # 9.8 passes, 9.7 does not
)
