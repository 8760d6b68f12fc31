"""Reading a period out of a text: what means one thing only is read, all else is refused."""

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.times import check_frequency, read_times


def where(row: int) -> str:
    return f"own.csv line {row + 2}"


def read(*texts: str, frequency: str = "M", **options: object) -> list[str]:
    return [str(period) for period in read_times(texts, frequency, where, **options)]


def refusal(*texts: str, frequency: str = "M", **options: object) -> str:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is compared
        read(*texts, frequency=frequency, **options)
    return str(caught.value)


# ------------------------------------------------------- what means one thing only


@pytest.mark.parametrize(
    "text",
    [
        *(
            "1949-03",
            "1949/03",
            "1949.03",
            "1949 3",
            "194903",
            "1949-3",
            "１９４９-０３",
            "1949 - 03",
        ),
        *("03/1949", "3-1949", "03.1949", "3 1949"),
        *("1949 Mar", "1949 March", "1949-Mar", "1949, March", "Mar 1949", "March 1949"),
        *("MAR 1949", "Mar-1949", "Mar. 1949", "March, 1949", "Mar1949", "Mar/1949"),
        *("1949-03-31", "1949/03/31", "1949.3.31", "19490331", "1949 3 31", "1949 March 31"),
        *("31 Mar 1949", "31-Mar-1949", "31Mar1949", "Mar 31, 1949", "March 31st, 1949"),
        *("Thursday, March 31, 1949", "Thu 31 Mar 1949", "31/03/1949", "3/31/1949", "31.3.1949"),
        *("1949-03-31 00:00:00", "1949-03-31T00:00:00Z", "3/31/1949 12:00:00 AM"),
        *("1949M03", "1949-M03", "M03 1949", "  1949-03 "),
    ],
)
def test_a_month_can_be_written_in_many_ways(text: str) -> None:
    assert read(text) == ["1949-03"]


@pytest.mark.parametrize(
    ("frequency", "text", "wanted"),
    [
        *(("Y", text, "1949") for text in ("1949", "1949-06", "1/2/1949", "1949.5", "1949.0")),
        *(("Q", text, "1949Q2") for text in ("1949Q2", "1949-Q2", "1949 q2", "Q2 1949", "2Q1949")),
        *(("Q", text, "1949Q2") for text in ("1949-05", "May 1949", "1949-06-30")),
        *(("Q-MAR", text, "1949Q4") for text in ("1949Q4", "1949-02")),
        *(("W", text, "2023-12-25/2023-12-31") for text in ("2023-12-27", "2023-W52", "2023W52")),
        ("W", "2023-12-25/2023-12-31", "2023-12-25/2023-12-31"),
        ("W", "2025-W01", "2024-12-30/2025-01-05"),
        ("W-SAT", "2023-12-31", "2023-12-31/2024-01-06"),
        *(("D", text, "2024-01-03") for text in ("2024-01-03", "3 Jan 2024", "2024-W01-3")),
        *(("h", f"2024-01-03 {clock}", "2024-01-03 17:00") for clock in ("17:00", "17", "1730")),
        *(("h", f"2024-01-03 {clock}", "2024-01-03 17:00") for clock in ("5 PM", "05:30 p.m.")),
        *(
            ("h", f"2024-01-03{clock}", "2024-01-03 17:00")
            for clock in ("T17:00:00.000", ", 17:00")
        ),
        *(("h", f"2024-01-03T17:00{zone}", "2024-01-03 17:00") for zone in ("Z", "+02:00", " UTC")),
        *(("h", text, "2024-01-03 17:00") for text in ("202401031700", "20240103T1700")),
        *(("h", text, "2024-01-03 00:00") for text in ("2024-01-03 12:59 AM", "2024-01-03 00:30")),
        ("h", "2024-01-03 12:00 PM", "2024-01-03 12:00"),
        ("15min", "2024-01-03 17:15", "2024-01-03 17:15"),
        ("s", "2024-01-03 17:15:07", "2024-01-03 17:15:07"),
        ("ms", "2024-01-03 17:15:07.250", "2024-01-03 17:15:07.250"),
    ],
)
def test_other_frequencies_too(frequency: str, text: str, wanted: str) -> None:
    assert read(text, frequency=frequency) == [wanted]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.sampled_from(["Y", "Q", "M", "W", "D", "h", "min", "s", "Q-MAR", "W-WED", "2D", "15min"]),
    st.datetimes(pd.Timestamp("1700-01-01"), pd.Timestamp("2199-12-31")),
    st.integers(1, 30),
)
def test_what_pandas_writes_is_read_back(frequency: str, start: object, length: int) -> None:
    periods = list(pd.period_range(start, periods=length, freq=frequency))
    assert read_times([str(period) for period in periods], frequency, where) == periods


# ---------------------------------------------------------- what is never guessed


@pytest.mark.parametrize(
    "text",
    [
        *("Jan-49", "49-01", "49-Jan", "01/49", "01/02/49", "Q1 49", "'49", "1/1/0049", "0049-01"),
        *("1-Jan", "1-12", "Jan", "12", "1", "1-01", "January", "31.01."),
        *("011949", "102012", "122012", "45292", "45292.25", "31121949x", "1949", "1949.25"),
        *("1949-13", "1949-00", "1949-02-30", "1949-02-29", "1949-1-32", "1949/50", "FY1949"),
        *(
            "Januar 1949",
            "janvier 1949",
            "soon",
            "",
            "  ",
            "Total",
            "1949-01p",
            "1949-01²",
            "c1949",
        ),
        *("1949Q1", "1949-W05", "1949-001", "1949-01-01/1949-01-31", "19490", "1949--01"),
        *("Fri 31 Mar 1949", "1949-03-31 24:00", "1949-03-31 13:00 PM", "1949-03-31 0:00 AM"),
        "1949-03-31T23:00:00Z",
    ],
)
def test_what_is_no_month_is_refused_with_the_text_that_was_seen(text: str) -> None:
    message = refusal("1948-12", text)
    assert message.startswith("own.csv line 3: ")
    assert repr(text) in message


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("Jan-49", "time_format='%b-%y' and century=1900"),
        ("1-Jan", "name the column of the year too"),
        ("Total", "footer=1"),
        ("011949", "time_format='%m%Y'"),
        ("45292", "a spreadsheet's day number"),
        ("1958.2027", "names no month, and frequency 'M' needs one"),
        ("1949_01", "with time_format"),
        ("1949-02-30", "day is out of range for month"),
        ("Fri 31 Mar 1949", "falls on another day of the week"),
    ],
)
def test_a_refusal_says_how_to_go_on(text: str, advice: str) -> None:
    assert advice in refusal(text)


@pytest.mark.parametrize(
    ("frequency", "text", "needed"),
    [
        *(("Q", "1949", "month"), ("D", "1949-01", "day"), ("W", "1949-01", "day")),
        *(("h", "1949-01-01", "hour"), ("min", "1949-01-01 05", "minute")),
        *(("s", "1949-01-01 05:00", "second"), ("W-SAT", "1949-W05", "month")),
        ("M", "1949Q1", "month"),
    ],
)
def test_a_text_must_name_what_its_frequency_needs(frequency: str, text: str, needed: str) -> None:
    assert f"it names no {needed}, and frequency" in refusal(text, frequency=frequency)


def test_october_without_its_zero_is_not_january() -> None:
    for texts in (["1871.09", "1871.1", "1871.11"], ["1871.1", "1871.11", "1871.12"], ["1871.1"]):
        assert "'1871.1' can be January, or October" in refusal(*texts)
    assert read("1871.1", "1871.2", "1871.10") == ["1871-01", "1871-02", "1871-10"]
    assert read("1871.09", "1871.10", "1871.11") == ["1871-09", "1871-10", "1871-11"]


def test_the_number_of_a_quarter_is_not_taken_for_a_month() -> None:
    for texts in (["2023 4", "2024 1"], ["2023-4"], ["1/2024", "4/2024"]):
        assert "can name a month or a quarter" in refusal(*texts, frequency="Q")
    assert read("2023 10", "2024 1", frequency="Q") == ["2023Q4", "2024Q1"]
    assert read("2023-04", "2023-07", frequency="Q") == ["2023Q2", "2023Q3"]


def test_six_digits_are_a_month_only_where_they_can_be_nothing_else() -> None:
    for texts in (["200101", "200201", "200301"], ["180101", "190101", "200101"], ["200101"]):
        assert "can be a year and a month or a day" in refusal(*texts)
    assert read("200101", "200201", time_format="%Y%m") == ["2001-01", "2002-01"]
    assert read("200101", "200102", "200103") == ["2001-01", "2001-02", "2001-03"]
    assert read("194912", "195001") == ["1949-12", "1950-01"]
    assert read("200112", "200212", frequency="Y") == ["2001", "2002"]


def test_iso_weeks_are_those_that_end_on_sunday_and_exist() -> None:
    for text in ("2024-W00", "2024-W53", "2024-W54", "2024-W5"):
        refusal(text, frequency="W")
    assert read("2020-W53", frequency="W") == ["2020-12-28/2021-01-03"]
    refusal("2024-01-02/2024-01-08", frequency="W")


# ---------------------------------------------------------- day first, month first


def test_one_order_alone_gives_rising_periods() -> None:
    # As in January and February, written by somebody in Europe and somebody in America.
    assert read("01-01-2012", "01-02-2012") == ["2012-01", "2012-02"]
    assert read("1/1/2012", "2/1/2012") == ["2012-01", "2012-02"]
    assert read("12/01/2012", "13/01/2012", frequency="D") == ["2012-01-12", "2012-01-13"]
    assert read("1/12/2012", "1/13/2012", frequency="D") == ["2012-01-12", "2012-01-13"]
    assert read("01.01.2024", "08.01.2024", "15.01.2024", frequency="W")[2][:10] == "2024-01-15"
    assert read("1/1/2025", "1/4/2025", frequency="Q") == ["2025Q1", "2025Q2"]


def test_where_both_orders_rise_you_have_to_say() -> None:
    two = ("01-02-2012", "01-03-2012")
    assert "'01-02-2012' can be read day first or month first" in refusal(*two, frequency="D")
    assert read(*two, frequency="D", day_first=True) == ["2012-02-01", "2012-03-01"]
    assert read(*two, frequency="D", day_first=False) == ["2012-01-02", "2012-01-03"]
    # Both orders mean the same years, so there is nothing to ask.
    assert read("1/2/2012", "1/2/2013", frequency="Y") == ["2012", "2013"]


def test_where_no_order_fits_the_row_is_named() -> None:
    assert "line 3: 'soon' isn't a time" in refusal("13/01/2012", "soon")
    mixed = refusal("13/01/2012", "01/14/2012", frequency="D")
    assert "line 3: '01/14/2012'" in mixed
    assert "line 2: '13/01/2012'" in mixed
    assert "line 2: '13/01/2012'" in refusal("13/01/2012", day_first=False)


# ------------------------------------------------------------------- clocks and zones


def test_zones_are_taken_only_where_the_clock_cannot_mislead() -> None:
    summer, winter = "2024-10-27T02:00+02:00", "2024-10-27T02:00+01:00"
    assert f"line 3: {winter!r}: the time zone" in refusal(summer, winter, frequency="h")
    assert "line 3" in refusal(summer, "2024-10-27T03:00", frequency="h")
    # Midnight in Berlin, as a browser writes it: the month before.
    assert "the time zone" in refusal("2024-01-31T23:00:00.000Z")
    assert (
        read("2024-10-27T00:00+02:00", "2024-10-28T00:00+01:00", frequency="D")[1] == "2024-10-28"
    )


# ------------------------------------------------------------------ a format you state


@pytest.mark.parametrize(
    ("time_format", "text", "frequency", "wanted"),
    [
        ("%m%Y", "011949", "M", "1949-01"),
        ("%d.%m.%Y", "01.02.1949", "D", "1949-02-01"),
        ("%Y-%j", "1949-032", "D", "1949-02-01"),
        ("%Y_%m", "1949_02", "M", "1949-02"),
        ("%d%b%Y", "1Feb1949", "D", "1949-02-01"),
        ("%Y-%m-%d %I:%M %p", "1949-02-01 05:30 PM", "h", "1949-02-01 17:00"),
        ("%Y-%m-%dT%H:%M:%SZ", "1949-01-31T23:00:00Z", "M", "1949-01"),
        ("%%%Y", "%1949", "Y", "1949"),
    ],
)
def test_a_stated_format_is_followed(
    time_format: str, text: str, frequency: str, wanted: str
) -> None:
    assert read(text, frequency=frequency, time_format=time_format) == [wanted]


@pytest.mark.parametrize(
    ("century", "texts", "wanted"),
    [
        (1900, ["Jan-49", "Dec-60"], ["1949-01", "1960-12"]),
        (1800, ["Jan-49"], ["1849-01"]),
        (2000, ["Jan-49"], ["2049-01"]),
        (
            1950,
            ["Dec-99", "Jan-00", "Jan-49", "Jan-50"],
            ["1999-12", "2000-01", "2049-01", "1950-01"],
        ),
    ],
)
def test_two_digits_are_counted_from_the_century_you_state(
    century: int, texts: list[str], wanted: list[str]
) -> None:
    assert read(*texts, time_format="%b-%y", century=century) == wanted


@pytest.mark.parametrize(
    ("time_format", "century", "message"),
    [
        ("%b-%y", None, "century must be the first of the hundred years"),
        ("%b-%y", True, "century must be"),
        ("%d.%m.", None, "time_format must hold a year"),
        ("%%Y", None, "time_format must hold a year"),
        *((f"%Y {sign}", None, f"and no {sign}") for sign in ("%U", "%W", "%z", "%Z", "%c", "%V")),
    ],
)
def test_a_format_that_leaves_something_open_is_refused(
    time_format: str, century: int | None, message: str
) -> None:
    assert message in refusal("Jan-49", time_format=time_format, century=century)


def test_a_text_must_have_the_stated_format_and_all_it_needs() -> None:
    assert "line 2: '1949-01' isn't a time in the format" in refusal("1949-01", time_format="%m%Y")
    assert "names no month" in refusal("1949 05", frequency="D", time_format="%Y %d")
    assert "names no hour" in refusal("1949-01-01 05", frequency="h", time_format="%Y-%m-%d %I")
    # Eleven January, or one November?
    assert "all its digits" in refusal("1112024", frequency="D", time_format="%d%m%Y")
    assert "line 2" in refusal("29 Feb 00", frequency="D", time_format="%d %b %y", century=1900)


# ------------------------------------------------------------------------- frequencies


@pytest.mark.parametrize(
    ("frequency", "meant"),
    [
        *(("ME", "M"), ("MS", "M"), ("2ME", "M"), ("BME", "M"), ("monthly", "M")),
        *(
            ("YE", "Y"),
            ("A", "Y"),
            ("A-DEC", "Y"),
            ("QE", "Q"),
            ("QS-JAN", "Q"),
            ("H", "h"),
            ("T", "min"),
        ),
    ],
)
def test_a_frequency_of_no_period_is_refused_with_the_one_meant(frequency: str, meant: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"got {frequency!r}; wanted {meant!r}?")):
        check_frequency(frequency)


@pytest.mark.parametrize("frequency", [None, "", "none", "C", 5])
def test_any_other_frequency_is_refused(frequency: str) -> None:
    with pytest.raises(ValueError, match=f"frequency must be the time .* got {frequency!r}$"):
        check_frequency(frequency)


def test_a_frequency_is_given_in_full() -> None:
    assert [check_frequency(f) for f in ("M", "W", "Q", "15min")] == [
        "M",
        "W-SUN",
        "Q-DEC",
        "15min",
    ]
