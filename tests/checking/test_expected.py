"""Errors and warnings that a lesson means to show."""

import warnings

import pytest

from course_utils.checking import expect_error


def fail() -> None:
    raise KeyError("the seventh month")


def test_expect_error_prints_the_error(capsys: pytest.CaptureFixture[str]) -> None:
    expect_error(fail, KeyError, saying="seventh")
    assert capsys.readouterr().out == "KeyError: 'the seventh month'\n"


def test_expect_error_takes_a_warning_too(capsys: pytest.CaptureFixture[str]) -> None:
    expect_error(lambda: warnings.warn("mind the step", stacklevel=1), UserWarning)
    assert capsys.readouterr().out == "UserWarning: mind the step\n"


def test_expect_error_notices_that_nothing_fails() -> None:
    with pytest.raises(AssertionError, match="expected KeyError, but nothing was raised"):
        expect_error(lambda: None, KeyError)


def test_expect_error_notices_another_error_or_other_words() -> None:
    with pytest.raises(AssertionError, match="expected TypeError, got KeyError"):
        expect_error(fail, TypeError)
    with pytest.raises(AssertionError, match="expected a message with 'eighth'"):
        expect_error(fail, KeyError, saying="eighth")
