"""The stored studies of lesson 07: the start of each comes out again, and the pictures show it."""

import nbformat
import numpy as np
import pytest

from course_utils import lessons, studies
from course_utils.commands.save_notebooks import NOTEBOOKS
from course_utils.lessons.find_the_fault import explore_strengths as explorer
from course_utils.lessons.find_the_fault import name_that_fault as game
from course_utils.lessons.find_the_fault import strengths
from course_utils.lessons.find_the_fault.picture_runs import KINDS, NOISE
from course_utils.signatures import BadArgument


def line(table, kind: str, name: str) -> np.ndarray:
    picked = table[(table["kind"] == kind) & (table["line"] == name)]
    return picked[picked["picture"] == picked["picture"].min()]["value"].to_numpy()


def test_the_first_losses_of_a_picture_come_out_again() -> None:
    stored = studies.load("fault-pictures")
    number = game.FIRST.index("healthy_training")
    again = KINDS["healthy_training"](number)
    own = stored[stored["picture"] == number]
    for name, values in again.items():
        kept = own[own["line"] == name]["value"].to_numpy()
        np.testing.assert_allclose(values[:3], kept[:3], rtol=1e-5)


def test_every_picture_shows_what_its_answer_says() -> None:
    stored = studies.load("fault-pictures")
    assert set(stored["kind"]) == set(KINDS) == set(game.RIGHT)
    flat = line(stored, "no_backward", "validation loss")
    assert np.ptp(flat) < 1e-6
    leaps = line(stored, "steps_too_large", "training loss")
    assert leaps.max() > 10 * leaps[0]
    rises = line(stored, "by_heart", "validation loss")
    assert rises[-1] > 1.2 * rises.min()
    assert line(stored, "by_heart", "training loss")[-1] < 0.1 * rises[-1]
    assert line(stored, "answer_in_input", "validation loss")[-1] < 0.1 * NOISE**2
    actual, said = (line(stored, "lost_axis", name) for name in ("what happened", "forecast"))
    assert said.std() < 0.1 * actual.std()
    assert abs(said.mean() - actual.mean()) < 0.2 < 1.5 < actual.mean()
    actual, said = (line(stored, "one_step_late", name) for name in ("what happened", "forecast"))
    assert np.mean((said[1:] - actual[:-1]) ** 2) < 0.1 * np.mean((said[1:] - actual[1:]) ** 2)
    actual, said = (line(stored, "not_scaled_back", name) for name in ("what happened", "forecast"))
    assert abs(said).max() < 2 < 80 < actual.min()
    once, again = (line(stored, "dropout_left_on", name) for name in ("asked once", "asked again"))
    assert (once != again).all()
    for kind, least, most in (("too_narrow", 0.1, 0.4), ("healthy_interval", 0.8, 1.0)):
        actual, low, high = (line(stored, kind, name) for name in ("what happened", "low", "high"))
        assert least < ((low <= actual) & (actual <= high)).mean() < most


def test_a_state_that_starts_over_errs_behind_the_borders() -> None:
    stored = studies.load("fault-pictures")
    errors = {}
    for kind in ("state_starts_over", "state_carried"):
        actual, said = (line(stored, kind, name) for name in ("what happened", "forecast"))
        errors[kind] = abs(actual - said).reshape(4, -1)[1:, :3].mean()
    assert errors["state_starts_over"] > 5 * errors["state_carried"]


@pytest.mark.parametrize("second", [False, True])
def test_twelve_pictures_are_drawn_counted_and_told(second: bool, capsys, monkeypatch) -> None:
    game.name_that_fault(second)
    figure = game.plt.gcf()
    assert len(figure.axes) == game.MANY
    assert [ax.get_title(loc="left") for ax in figure.axes] == [str(n) for n in range(1, 13)]
    game.plt.close(figure)
    right = "".join(choice.letter for choice in game.answers(second))
    told: list[dict] = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, **_: told.append(bundle))
    assert game.count_named(right.lower(), second) == game.MANY
    assert game.count_named("?" + right[1:], second, tell=False) == game.MANY - 1
    assert len(told) == 1
    assert told[0]["text/markdown"].count("✓") == game.MANY
    assert "I named 12 of the" in capsys.readouterr().out


def test_the_first_set_shows_every_choice() -> None:
    assert set(game.answers()) == set(game.CHOICES)
    assert game.answers() != game.answers(second=True)
    assert game.count_named(None) is None


def test_a_state_that_is_carried_has_a_reason_of_its_own() -> None:
    own = game.answers(second=True)[game.SECOND.index("state_carried")]
    assert own.letter == "A"
    assert "dotted lines" in own.reason
    assert (own.lesson, own.anchor) == ("03b", "carried-state")


@pytest.mark.parametrize("choice", game.CHOICES, ids=lambda choice: choice.letter)
def test_an_answer_s_link_leads_to_a_cell(choice: game.Choice) -> None:
    path = NOTEBOOKS / f"{lessons.parts()[choice.lesson].file}.ipynb"
    assert choice.anchor in [cell.id for cell in nbformat.read(path, as_version=4).cells]
    assert choice.link.startswith(f"[lesson {choice.lesson}](")


@pytest.mark.parametrize("bad", ["ABC", "ABCDEFGHIJKX", 12, ["A"] * 12, ""])
def test_what_is_no_answer_is_refused(bad: object) -> None:
    with pytest.raises(BadArgument, match="one per picture, got"):
        game.count_named(bad)  # type: ignore[arg-type]


def test_one_strength_comes_out_again() -> None:
    stored = studies.load("fault-strengths")
    losses = [strengths._trained(seed) for seed in (0, 1)]
    first = stored[(stored["fault"] == "a neighbour leaks in") & (stored["strength"] == 0)].iloc[0]
    assert first["low"] - 1e-6 <= min(losses)
    assert max(losses) <= first["high"] + 1e-6
    report, _ = strengths._late(1.0, 0)
    assert "shifted" in report.names


@pytest.mark.parametrize("fault", strengths.AMOUNTS)
@pytest.mark.parametrize("strength", range(explorer.LEVELS))
def test_the_explorer_draws_every_setting(fault: str, strength: int) -> None:
    figure, words = explorer.draw_strength(fault, strength)
    left, right = figure.axes
    table = studies.load("fault-strengths")
    own = table[table["fault"] == fault]
    assert sum(len(drawn.get_xdata()) for drawn in left.lines[:-1]) == len(own)
    (dot,) = right.lines[1].get_ydata()
    assert dot == own[own["strength"] == strength]["median"].iloc[0]
    found = own[(own["strength"] == strength) & (own["status"] == "fault")]["probe"]
    assert all(name in words for name in found)
    assert ("no probe finds it" in words) == found.empty
