"""Files as people have them: each loads rightly, or is refused with the line and a way on.

Each kind of file that once loaded wrongly stands here by a small example of our own.
`test_csv_fuzz` damages right files at random.
"""

import gzip
import io
import math
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from course_utils.csv_files import load_csv
from course_utils.settings import DATA_FOLDER

RIGHT = "t,n\n1949-01,10\n1949-02,11\n"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "own.csv"


def load(own: Path, content: str | bytes, **options: object) -> pd.Series:
    own.write_bytes(content.encode() if isinstance(content, str) else content)
    return load_csv(own, **{"value": "n", "time": "t"} | options)


def refusal(own: Path, content: str | bytes, **options: object) -> str:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is compared
        load(own, content, **options)
    return str(caught.value)


def months(*values: object) -> str:
    rows = [f'{1949 + n // 12}-{n % 12 + 1:02d},"{value}"\n' for n, value in enumerate(values)]
    return "t,n\n" + "".join(rows)


# ------------------------------------------------------------------ what loads rightly


def test_the_airline_file_as_the_course_has_it() -> None:
    airline = load_csv(DATA_FOLDER / "flights.csv", value="passengers", time=("year", "month"))
    assert airline.sum() == 40363
    assert airline.name == "passengers"
    assert airline.dtype == np.float64
    assert airline.index.freqstr == "M"
    assert airline.attrs == {}


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("t,n\n1949-11,1\n1949-12,2\n1950-01,3\n", {}),
        ("y,m,n\n1949,November,1\n1949,Dec,2\n1950,1,3\n", {"time": ("y", "m")}),
        ("d,m,y,n\n30,11,1949,1\n31,12,1949,2\n31,1,1950,3\n", {"time": ["y", "m", "d"]}),
        ("t,n\n11/1/1949,1\n12/1/1949,2\n1/1/1950,3\n", {}),
        ('"","t","n"\n"1","Nov 1949",1\n"2","Dec 1949",2\n"3","Jan 1950",3\n', {}),
        ("t,n\n1949-11-30,1\n1949-12-31,2\n1950-01-31,3\n", {}),
        ("\ufefft,n\r\n1949-11,1\r\n1949-12,2\r\n1950-01,3", {}),
        ("t,n\r1949-11,1\r1949-12,2\r1950-01,3\r\r", {}),
        ("t,n,\n1949-11,1,\n1949-12,2,\n1950-01,3,\n\n \n", {}),
        ("t,n,x,x\n1949-11,1,a,b\n1949-12, 2 ,a,b\n1950-01,+3.0,a,b\n", {}),
        ('note,t,n\n"a, ""b""\nc",1949-11,1\n"",1949-12,2\n"x\n",1950-01,3\n', {}),
    ],
)
def test_a_right_file_loads(own: Path, content: str, options: dict) -> None:
    series = load(own, content, **options)
    assert series.tolist() == [1, 2, 3]
    assert [str(period) for period in series.index] == ["1949-11", "1949-12", "1950-01"]


@pytest.mark.parametrize("frequency", ["Y", "Q", "M", "W", "D", "h", "15min", "2D"])
def test_any_frequency_of_a_period_loads(own: Path, frequency: str) -> None:
    index = pd.period_range("1999-12-27", periods=40, freq=frequency)
    wanted = pd.Series(np.linspace(-3, 5, 40), index, name="n")
    content = wanted.rename_axis("t").to_csv()
    pd.testing.assert_series_equal(load(own, content, frequency=frequency), wanted)


def test_one_row_and_equal_rows_are_series_too(own: Path) -> None:
    assert load(own, months(7)).tolist() == [7]
    assert load(own, months(7, 7, 7)).tolist() == [7, 7, 7]


def test_several_columns_make_a_frame(own: Path) -> None:
    frame = load(own, "t,a,b\n1949-01,1,4\n1949-02,2,5\n", value=["b", "a"])
    assert list(frame.columns) == ["b", "a"]
    assert frame.to_numpy().tolist() == [[4, 1], [5, 2]]
    assert str(frame.index[1]) == "1949-02"
    assert isinstance(load(own, RIGHT, value=("n",)), pd.DataFrame)


# --------------------------------------------------------------- every row is counted


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("n,t\n2,310,1949-01\n", "line 2 has 3 fields, the header (line 1) has 2: '2,310,1949-01'"),
        ("y,m,n\n1949,Jan,2,310\n", "line 2 has 4 fields, the header (line 1) has 3"),
        ("t,n\n1949-01,96,7\n1949-02,98\n", "is a ',' part of a number or a text?"),
        ("t,n\n1949-01,10\n1949-02,11,\n", "line 3 has 3 fields, the header (line 1) has 2"),
        ("t,n\n1949-01,10,\n1949-02,11,\n", "name them all with header=1 and names=…"),
        ('"t","n"\n"1",1949-01,10\n"2",1949-02,11\n', "name them all with header=1 and names=…"),
        ("t,n,\n1949-01,10\n1949-02,11\n", "line 2 has 2 fields, the header (line 1) has 3"),
        ("t,n,x\n1949-01,10,a\n1949-02,11\n1949-03,12,c\n", "line 3 has 2 fields"),
        ("t,n\n1949-01,10\n1949-02\n", "line 3 has 1 field, the header (line 1) has 2"),
        ("t,n\n1949-01,10\n\n1949-02,11\n", "line 3 has 0 fields"),
        ("t,n\n1949-01,10\n\n1949-02,11\n", "it is empty: take it out of the file"),
        ('t,n,x\n1949-01,10,"a\nb"\n1949-02,11\n', "line 4 has 2 fields"),
        ('t,n,x\n1949-01,10,"a\nb\n1949-02,11,c\n', "line 2: unexpected end of data"),
        ('t,n,x\n1949-01,10,"a "b" c"\n', "line 2: ',' expected after '\"'"),
    ],
)
def test_a_row_with_more_or_fewer_fields_is_refused(own: Path, content: str, message: str) -> None:
    said = refusal(own, content, time=("y", "m") if content.startswith("y") else "t")
    assert said.startswith("own.csv line ")
    assert message in said


def test_a_number_that_goes_on_in_a_column_without_a_name_is_refused(own: Path) -> None:
    said = refusal(own, "t,n,\n1949-01,998,\n1949-02,1,018\n")
    assert "own.csv line 3: the column after 'n' has no name and holds '018'" in said
    content = "t,n,\n1949-01,998,seen\n1949-02,1,\n"
    assert load(own, content).tolist() == [998, 1]


# ---------------------------------------------------------------------------- columns


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (" t,n", "column 't' is missing in own.csv: the header (line 1) has ' t', 'n'; did you"),
        ("T,n", "did you mean 'T'?"),
        ("#t,n", "did you mean '#t'?"),
        ("time,n", "the header (line 1) has 'time', 'n'"),
        ("1949-01,10", "is that a row of data? Say names=…"),
        ("t;n", "is ';' the separator? Say separator=';'"),
        ("t\tn", r"is '\t' the separator? Say separator='\t'"),
        ("t  n", "is ' ' the separator? Say separator=' '"),
        ("sep=;", "say with header=… which line is"),
        ("# made by hand", "say with header=… which line is"),
        (",", "say with header=… which line is"),
    ],
)
def test_a_missing_column_is_named_with_its_cause(own: Path, header: str, message: str) -> None:
    row = header.replace("t", "1949-01").replace("n", "10")
    assert message in refusal(own, f"{header}\n{row}\n")


@pytest.mark.parametrize(
    "options", [{"value": "m"}, {"time": "m"}, {"time": ("t", "m")}, {"value": ["n", "m"]}]
)
def test_every_column_must_be_there(own: Path, options: dict) -> None:
    assert "column 'm' is missing in own.csv" in refusal(own, RIGHT, **options)


def test_a_column_that_stands_there_twice_is_refused(own: Path) -> None:
    twice = "t,n,n\n1949-01,10,500\n1949-02,11,600\n"
    assert "column 'n' appears 2 times in the header (line 1) of own.csv" in refusal(own, twice)
    assert "'t' appears 2 times" in refusal(own, "t,t,n\n1949-01,1949-01,10\n")
    renamed = load(own, twice, header=1, names=("t", "n", "m"))
    assert renamed.tolist() == [10, 11]


def test_the_same_column_is_not_asked_for_twice(own: Path) -> None:
    assert "value must name one column" in refusal(own, RIGHT, value=["n", "n"])
    assert "value must name one column" in refusal(own, RIGHT, value=[])
    assert "time must name one column" in refusal(own, RIGHT, time=("t", "t"))


# -------------------------------------------------- headers, separators, comments, footers

SILSO = "1949;01;1949.042;  96.7\n1949;02;1949.123; 104.3\n"


def test_a_file_without_a_header_needs_names(own: Path) -> None:
    assert "is ';' the separator?" in refusal(own, SILSO)
    said = {"separator": ";", "names": ("y", "m", "f", "n"), "time": ("y", "m")}
    assert load(own, SILSO, **said).tolist() == [96.7, 104.3]
    # Names instead of a header that is none would lose the first row.
    assert "line 1 looks like a row of data" in refusal(own, SILSO, header=1, **said)
    assert "line 1 has 4 fields, names has 2" in refusal(
        own, SILSO, separator=";", names=("t", "n")
    )


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("t;n\n1949-01;10,5\n1949-02;11,5\n", {"separator": ";", "decimal": ","}),
        ("t\tn\n1949-01\t10.5\n1949-02\t11.5\n", {"separator": "\t"}),
        ("t|n\n1949-01|10.5\n1949-02|11.5\n", {"separator": "|"}),
        ("  t      n\n 1949-01    10.5\n1949-02  11.5  \n", {"separator": " "}),
        ("sep=;\nt;n\n1949-01;10.5\n1949-02;11.5\n", {"separator": ";", "header": 2}),
        ("Passengers\nin thousands, say\n\nt,n\n1949-01,10.5\n1949-02,11.5\n", {"header": 4}),
        ("# a\n# b, c\nt,n\n1949-01,10.5\n# d\n1949-02,11.5\n", {"comment": "#"}),
        ("# t n\n1949-01 10.5\n1949-02 11.5\n", {"comment": "#", "separator": " ", "names": "tn"}),
        ("t,n\n1949-01,10.5\n1949-02,11.5\nSource: A, B, 2024\n", {"footer": 1}),
        ("t,n\n1949-01,10.5\n1949-02,11.5\n\nTotal,22\n,\n\n\n", {"footer": 3}),
    ],
)
def test_what_you_state_is_followed(own: Path, content: str, options: dict) -> None:
    options = options | {"names": tuple(options["names"])} if "names" in options else options
    assert load(own, content, **options).tolist() == [10.5, 11.5]
    assert refusal(own, content)


@pytest.mark.parametrize(
    ("footer", "message"),
    [
        ("Source: A, B, 2024", "line 4 has 3 fields, the header (line 1) has 2"),
        ("Source: A, B, 2024", "say footer=1 if the data end above it"),
        ("\nSource: A", "say footer=2 if the data end above it"),
        ("* provisional", "line 4 has 1 field"),
        ("Total,21", "line 4: 'Total' isn't a time"),
        ("Total,21", "footer=1"),
        (",", "line 4: '' isn't a time"),
        ("1949,21", "line 4: '1949' isn't a time here: it names no month"),
        ("1949-13,21", "line 4: '1949-13' isn't a time"),
        ('"Source: A\nand B"', "line 4 has 1 field"),
    ],
)
def test_a_footer_is_refused_at_its_line(own: Path, footer: str, message: str) -> None:
    assert message in refusal(own, f"{RIGHT}{footer}\n")


def test_a_comment_sign_inside_quotation_marks_is_a_text(own: Path) -> None:
    content = 't,x,n\n# why\n1949-01,"a\n# b",10\n1949-02,"c\n# d",two\n'
    assert "own.csv line 5: n is 'two'" in refusal(own, content, comment="#")
    content = "t,x,n\n1949-01,a # b,10\n# 1949-02,c,11\n"
    assert load(own, content, comment="#").tolist() == [10]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"separator": ", "}, "separator must be one sign"),
        ({"separator": '"'}, "separator must be one sign"),
        ({"separator": "a"}, "separator must be one sign"),
        ({"decimal": ""}, "decimal must be one sign"),
        ({"thousands": "1"}, "thousands must be one sign"),
        ({"thousands": ".", "decimal": "."}, "thousands and decimal must differ"),
        ({"header": 0}, "header must be a line of the file, counted from 1, got 0"),
        ({"header": 9}, "own.csv has no line 9, where the header should be"),
        ({"footer": -1}, "footer must be a number of lines, 0 or more, got -1"),
        ({"footer": 3}, "own.csv has 3 lines, and footer=3 leaves none"),
        ({"names": "tn"}, "names must be the columns' names"),
        ({"comment": ""}, "comment must be how a line begins"),
        ({"gaps": "fill"}, "gaps must be one of 'refuse', 'leave out', 'interpolate', 'keep'"),
        ({"frequency": "ME"}, "got 'ME'; wanted 'M'?"),
        ({"encoding": "utf-9"}, "encoding must be one that Python knows, got 'utf-9'"),
    ],
)
def test_a_bad_option_is_named(own: Path, options: dict, message: str) -> None:
    assert message in refusal(own, RIGHT, **options)


# ------------------------------------------------------------------- bytes and encodings


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, RIGHT)
    return buffer.getvalue()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_named_and_can_be_stated(own: Path, encoding: str) -> None:
    content = RIGHT.encode(encoding)
    for stated in ({}, {"encoding": "latin-1"}, {"encoding": "cp1252"}):
        assert f"say encoding={encoding!r}" in refusal(own, content, **stated)
    assert load(own, content, encoding=encoding).tolist() == [10, 11]


def test_windows_bytes_are_named_by_their_line_and_can_be_stated(own: Path) -> None:
    for end in ("\n", "\r\n", "\r"):
        content = f"t,n,x{end}1949-01,10,a{end}1949-02,11,größer{end}".encode("cp1252")
        said = refusal(own, content)
        assert said.startswith("own.csv line 3: byte 0xf6 cannot be read as utf-8")
        assert "encoding='cp1252'" in said
        assert load(own, content, encoding="cp1252").tolist() == [10, 11]
    assert "say encoding='utf-8'" in refusal(own, "\ufeff" + RIGHT, encoding="cp1252")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "own.csv is empty"),
        (b"\xef\xbb\xbf\r\n \n", "own.csv is empty"),
        (b"t,n\n", "own.csv has a header and no rows"),
        (zipped("xl/workbook.xml"), "own.csv is a workbook (.xlsx, .ods) or a zip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "own.csv is an old Excel workbook"),
        (gzip.compress(RIGHT.encode()), "own.csv is compressed by gzip"),
        (b"%PDF-1.7\n", "own.csv is a PDF"),
        (b"\n <!DOCTYPE html>\n<p>", "own.csv is a web page"),
        (b"t,n\n1949-01,1\x00\n", "own.csv contains NUL characters"),
        (b"t,n\n1949-01,\xff\n", "own.csv line 2: byte 0xff"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",  # zip and gzip hold the time
)
def test_what_is_no_csv_file_is_named(own: Path, content: bytes, message: str) -> None:
    assert refusal(own, content).startswith(message)


def test_a_packed_file_whose_name_says_so_is_unpacked(own: Path) -> None:
    packed = own.with_suffix(".csv.gz")
    assert load(packed, gzip.compress(RIGHT.encode())).tolist() == [10, 11]
    assert "cannot be unpacked" in refusal(packed, RIGHT)
    assert "cannot be unpacked" in refusal(packed, gzip.compress(RIGHT.encode())[:20])
    assert load(own.with_suffix(".ZIP"), zipped("a.csv")).tolist() == [10, 11]
    assert "wanted one file inside" in refusal(own.with_suffix(".zip"), zipped("a", "b"))


def test_a_header_in_angle_brackets_is_no_web_page(own: Path) -> None:
    assert load(own, "<t>,<n>\n1949-01,10\n", time="<t>", value="<n>").tolist() == [10]


def test_a_missing_file_is_named(own: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"path must be a CSV file, got '.*own\.csv'"):
        load_csv(own, value="n", time="t")


# ------------------------------------------------------------------------------ numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("5", 5), ("+5", 5), ("-5", -5), ("−5", -5), (" 5 ", 5), ("\u00a05", 5), ("５", 5)),
        *(("1e5", 1e5), ("1.5E-3", 0.0015), (".5", 0.5), ("5.", 5), ("007", 7), ("1_018", 1018)),
        *(("0.500", 0.5), ("1018.500", 1018.5), ("1.000e3", 1000), ("12.3456", 12.3456)),
    ],
)
def test_a_number_that_means_one_thing_loads(own: Path, text: str, value: float) -> None:
    assert load(own, months(text, 1)).tolist() == [value, 1]


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("1,018", "say thousands=',' if the comma separates thousands, or decimal=','"),
        ("1,018,250.5", "say thousands=','"),
        ("96,7", "say decimal=',' if the comma is the decimal sign"),
        (",5", "say decimal=','"),
        ("1.018.250", "say thousands='.' and decimal=','"),
        ("1.018,5", "say thousands='.' and decimal=','"),
        ("1 018", "say thousands=' '"),
        ("1\u00a0018", "say thousands=' '"),
        ("1\u202f018,5", "and the decimal sign with decimal=…"),
        ("1'018", 'say thousands="\'"'),
        ("1’018", "say thousands='’'"),
        ("12,34,567", "wanted a number"),
        ("1_0", "wanted a number"),
        ("(1,234)", "write a negative one with a plain '-' in front"),
        ("(5)", "write a negative one with a plain '-' in front"),
        ("5-", "write a negative one with a plain '-' in front"),
        ("–5", "write a negative one with a plain '-' in front"),
        *((text, "take signs, units and remarks out of the column") for text in ("5%", "$5", "€5")),
        *((text, "take signs, units and remarks out of the column") for text in ("5 kg", "5*")),
        *((text, "take signs, units and remarks out of the column") for text in ("5²", "0x1A")),
        *(
            (text, "take signs, units and remarks out of the column")
            for text in ("'5", "--5", "1d5")
        ),
        *((text, "wanted a finite number") for text in ("inf", "-inf", "Infinity", "1e400")),
        *((text, f"say missing=({text!r},) and gaps=…") for text in ("nan", "NaN", "NA", "n/a")),
        *((text, f"say missing=({text!r},) and gaps=…") for text in ("-", ".", "#N/A", "two", "½")),
        ("", "this one is missing; say gaps='leave out', 'interpolate' or 'keep'"),
    ],
)
def test_a_number_that_is_none_or_could_be_two_is_refused(
    own: Path, text: str, advice: str
) -> None:
    said = refusal(own, months(1, text))
    assert said.startswith(f"own.csv line 3: n is {text!r}; wanted a")
    assert advice in said


@pytest.mark.parametrize(
    ("texts", "options", "values"),
    [
        (["998", "1,018", "1,018,250.5"], {"thousands": ","}, [998, 1018, 1018250.5]),
        (["998", "1.018", "1.018,5"], {"thousands": "."}, [998, 1018, 1018.5]),
        (["998", "1 018", "1\u00a0018"], {"thousands": " "}, [998, 1018, 1018]),
        (["-1\u202f018,5", "2"], {"thousands": "\u202f", "decimal": ","}, [-1018.5, 2]),
        (["1'018.5", "2"], {"thousands": "'"}, [1018.5, 2]),
        (["1,018", "0,5"], {"decimal": ","}, [1.018, 0.5]),
        (["1.018", "2.120"], {"decimal": "."}, [1.018, 2.12]),
    ],
)
def test_stated_signs_are_followed(
    own: Path, texts: list[str], options: dict, values: list[float]
) -> None:
    assert load(own, months(*texts), **options).tolist() == values


@pytest.mark.parametrize(
    ("text", "options"),
    [
        *((text, {"thousands": ","}) for text in ("96,7", "0,500", "1,0180", "1018,250", ",018")),
        ("1.018", {"decimal": ","}),
        ("1.018.5", {"thousands": "."}),
    ],
)
def test_a_number_against_the_stated_signs_is_refused(own: Path, text: str, options: dict) -> None:
    assert f"line 3: n is {text!r}; wanted a number" in refusal(own, months(1, text), **options)


def test_a_point_before_three_digits_everywhere_is_asked_about(own: Path) -> None:
    for texts in (["998", "1.018", "1.120"], ["12.345", "-13.456"], ["1.018"]):
        assert "decimal='.' or thousands='.'" in refusal(own, months(*texts))
    assert "line 3: n is '1.018'" in refusal(own, months("998", "1.018"))
    # Elsewhere the point can only be the decimal sign.
    for texts in (["1.018", "2.5"], ["0.018", "1.018"], ["1018.250", "1.018"], ["1.0180"]):
        assert load(own, months(*texts)).tolist() == [float(text) for text in texts]


# -------------------------------------------------------------------------- times

# All that a text can mean is tried in test_times.


@pytest.mark.parametrize(
    ("first", "second"),
    [
        *(("Jan-49", "Feb-49"), ("1-Jan", "1-Feb"), ("1-01", "1-02"), ("Jan", "Feb")),
        *(("011949", "021949"), ("1949.042", "1949.123"), ("17899", "17930")),
        *(("1949-01-31T23:00:00Z", "1949-02-28T23:00:00Z"), ("1949.1", "1949.11")),
    ],
)
def test_a_time_that_would_be_guessed_is_refused(own: Path, first: str, second: str) -> None:
    said = refusal(own, f"t,n\n{first},10\n{second},11\n")
    assert said.startswith(f"own.csv line 2: {first!r}")


def test_a_stated_format_of_the_time_is_followed(own: Path) -> None:
    content = "t,n\nJan-49,10\nFeb-49,11\n"
    series = load(own, content, time_format="%b-%y", century=1900)
    assert str(series.index[-1]) == "1949-02"
    assert "century must be" in refusal(own, content, time_format="%b-%y")


def test_day_and_month_change_places_only_where_one_order_rises(own: Path) -> None:
    content = "t,n\n01-01-2012,10\n01-02-2012,11\n"
    assert str(load(own, content).index[-1]) == "2012-02"
    assert "say day_first=True or day_first=False" in refusal(own, content, frequency="D")
    american = load(own, content, frequency="D", day_first=False)
    assert str(american.index[-1]) == "2012-01-02"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("1949-01,1\n1949-01,1\n", "line 3: '1949-01' repeats '1949-01' of the row before"),
        ("1949-02,2\n1949-01,1\n", "line 3: '1949-01' goes back behind '1949-02'"),
        ("1949-03-31,1\n1949-02-28,2\n1949-01-31,3\n", "sort the file by time"),
        ("1949-01-01,1\n1949-01-02,1\n", "for frequency 'M'; wanted every period once"),
        ("1949-01,1\n1949-02,2\n1949-04,4\n", "line 4: '1949-04' leaves a gap after '1949-02'"),
        ("1949-01,1\n1949-04,4\n", "wanted 1949-02; say gaps='leave out', 'interpolate' or 'keep'"),
        ("1949-01,1\n,2\n", "line 3: '' isn't a time"),
    ],
)
def test_a_time_that_does_not_follow_is_named(own: Path, rows: str, message: str) -> None:
    assert message in refusal(own, f"t,n\n{rows}")


def test_clocks_that_are_turned_back_are_seen(own: Path) -> None:
    back = "t,n\n2024-10-27 01:00,1\n2024-10-27 02:00,2\n2024-10-27 02:00,3\n"
    assert "line 4: '2024-10-27 02:00' repeats" in refusal(own, back, frequency="h")
    on = "t,n\n2024-03-31 01:00,1\n2024-03-31 03:00,3\n"
    assert "leaves a gap" in refusal(own, on, frequency="h")
    twelve = "t,n\n2024-01-01 12:00,1\n2024-01-01 01:00,2\n"
    assert "goes back" in refusal(own, twelve, frequency="h")


@pytest.mark.parametrize("gaps", ["refuse", "leave out", "interpolate", "keep"])
def test_a_row_between_two_steps_is_refused_whatever_becomes_of_gaps(own: Path, gaps: str) -> None:
    content = "t,n\n2024-01-01 00:00,1\n2024-01-01 00:16,2\n2024-01-01 00:30,3\n"
    said = refusal(own, content, frequency="15min", gaps=gaps)
    assert "own.csv line 3: '2024-01-01 00:16' lies between two steps of '15min'" in said


# --------------------------------------------------------------- missing numbers and gaps

MARKS = ["-99.99", "-99.9", "-999", "-9999", "9999", "99999.9", "1e20", "-1E+30", "-32768", "8888"]


@pytest.mark.parametrize("mark", MARKS)
def test_a_number_that_may_mark_a_missing_one_is_asked_about(own: Path, mark: str) -> None:
    content = months("315.7", mark, "317.0", "314.1")
    said = refusal(own, content)
    assert f"own.csv line 3: n is {mark!r}, far outside the rest" in said
    assert f"missing=({mark!r},)" in said
    assert load(own, content, missing=()).iloc[1] == float(mark)
    assert math.isnan(load(own, content, missing=mark, gaps="keep").iloc[1])
    assert f"n is {mark!r}; wanted a number, and this one is missing" in refusal(
        own, content, missing=(mark,)
    )


def test_two_marks_do_not_hide_each_other(own: Path) -> None:
    assert "far outside" in refusal(own, months("315.7", "-9999", "9999", "317.0"))
    assert "far outside" in refusal(own, months("315.7", "-99.99", "316.1", "-999.99"))
    assert "far outside" in refusal(own, months("315.7", "8888", "9999", "317.0"))
    assert "far outside" in refusal(own, months("10", "9000", "-99", "12"))


def test_any_number_repeated_far_outside_the_rest_is_asked_about(own: Path) -> None:
    assert "line 3: n is '-500'" in refusal(own, months(20.1, -500, 20.3, -500, 20.2))
    assert "line 4: n is '4000'" in refusal(own, months(20.1, 20.3, 4000, 20.2, 4000))


@pytest.mark.parametrize(
    "values",
    [
        *([0, 0, 1, 1, 0], [0, 0, 0, 1000, 1000], [1, 2, 3, -1, -1], [98, 99, 100], [9999] * 3),
        *([9997, 9998, 9999], [1, 3, 10, 30, 100, 300], [20.1, 20.2, -500], [90, 999, 120, 940]),
        # A step up, and days on which a shop is closed.
        *([1000, 1001, 1002, 1023, 1023], [1000, 1001, 0, 1002, 1003, 0]),
    ],
)
def test_numbers_like_others_are_not_asked_about(own: Path, values: list[float]) -> None:
    assert load(own, months(*values)).tolist() == values


def test_marks_are_texts_or_numbers(own: Path) -> None:
    content = months("1.5", "NA", "-99.990", "", "2.5")
    for missing in (("NA", "-99.99"), ["NA", -99.99]):
        series = load(own, content, missing=missing, gaps="keep")
        assert series.isna().tolist() == [False, True, True, True, False]
    # A text is one mark, not a row of letters: 9 stays a number.
    assert load(own, months("1", "9", "-9"), missing="-9", gaps="leave out").tolist() == [1, 9]
    decimal_comma = months("1,5", "-99,9")
    assert load(own, decimal_comma, decimal=",", missing="-99,9", gaps="leave out").tolist() == [
        1.5
    ]


HOLES = "t,n\n1949-01,1\n1949-02,\n1949-05,5\n1949-06,8\n"


def test_gaps_are_refused_unless_you_choose(own: Path) -> None:
    assert "line 4: '1949-05' leaves a gap after '1949-02'" in refusal(own, HOLES)
    left = load(own, HOLES, gaps="leave out")
    assert left.tolist() == [1, 5, 8]
    assert [str(period) for period in left.index] == ["1949-01", "1949-05", "1949-06"]
    kept = load(own, HOLES, gaps="keep")
    assert kept.isna().tolist() == [False, True, True, True, False, False]
    assert kept.dropna().tolist() == [1, 5, 8]
    filled = load(own, HOLES, gaps="interpolate")
    assert filled.tolist() == [1, 2, 3, 4, 5, 8]
    assert [str(p) for p in filled.attrs["interpolated"]] == ["1949-02", "1949-03", "1949-04"]
    assert kept.attrs == left.attrs == {}


def test_what_was_interpolated_is_marked_by_column(own: Path) -> None:
    frame = load(
        own, "t,a,b\n1949-01,1,1\n1949-02,,2\n1949-04,4,4\n", value=["a", "b"], gaps="interpolate"
    )
    assert frame["a"].tolist() == frame["b"].tolist() == [1, 2, 3, 4]
    marked = {name: [str(p) for p in where] for name, where in frame.attrs["interpolated"].items()}
    assert marked == {"a": ["1949-02", "1949-03"], "b": ["1949-03"]}
    # pandas compares what hangs on two series when it joins them.
    series = load(own, HOLES, gaps="interpolate")
    assert len(pd.concat([series.iloc[:2], series.iloc[2:]])) == 6


def test_nothing_is_interpolated_at_the_ends(own: Path) -> None:
    for values in (["", 2, 3], [1, 2, ""]):
        said = refusal(own, months(*values), gaps="interpolate")
        assert "n has no number at the beginning or at the end" in said
        assert len(load(own, months(*values), gaps="leave out")) == 2
    assert "nothing is left" in refusal(own, months("", ""), gaps="leave out")


def test_a_missing_last_day_of_the_year_is_a_gap_with_a_way_on(own: Path) -> None:
    content = "t,n\n2023-12-30,1\n2024-01-01,3\n"
    assert "wanted 2023-12-31; say gaps=" in refusal(own, content, frequency="D")
    assert load(own, content, frequency="D", gaps="interpolate").tolist() == [1, 2, 3]


def test_a_fault_after_a_line_break_in_quotation_marks_has_the_files_own_line(own: Path) -> None:
    content = 't,x,n\n1949-01,"a\nb\n\nc",1\n1949-02,"d",two\n'
    assert "own.csv line 6: n is 'two'" in refusal(own, content)
    assert "own.csv line 6: 'soon'" in refusal(own, content.replace("1949-02", "soon"))
    assert "own.csv line 6: '1949-04' leaves" in refusal(own, content.replace("1949-02", "1949-04"))
    assert "own.csv line 6: n is 'two'" in refusal(own, content.replace("\n", "\r\n"))
