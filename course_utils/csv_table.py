"""Read a CSV file into columns of texts, and remember which line of the file each row came from.

The standard library's reader counts the fields of each row and says where the row is; pandas reads
what has passed. `csv_files.load_csv` makes a series of it.
"""

from __future__ import annotations

import bz2
import codecs
import csv
import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pandas as pd

# The first bytes of files that aren't text, whatever their names end in.
SIGNS = (
    (
        rb"PK\x03\x04",
        "a workbook (.xlsx, .ods) or a zip archive: open it and save it as CSV (UTF-8)",
    ),
    (rb"\xd0\xcf\x11\xe0", "an old Excel workbook: open it and save it as CSV (UTF-8)"),
    (rb"\x1f\x8b", "compressed by gzip: unpack it, or let its name end in .gz"),
    (rb"BZh\d1AY", "compressed by bzip2: unpack it, or let its name end in .bz2"),
    (rb"\xfd7zXZ", "compressed by xz: unpack it, or let its name end in .xz"),
    (rb"%PDF", "a PDF: copy the table into a spreadsheet and save it as CSV (UTF-8)"),
    (rb"\s*<(!|html|\?xml)", "a web page, perhaps an error page: download the data itself"),
)
WIDE = "looks like Excel's 'Unicode text': say encoding={!r}, and separator='\\t' if it has tabs"
DATA = re.compile(r"\s*[-+]?\d[\d.,:/ -]*")


@dataclass(frozen=True)
class Table:
    """The fields of a file as texts.

    Attributes
    ----------
    name : str
        Of the file.
    columns : list of str
        Their names, in order.
    rows : pandas.DataFrame
        The fields as they are, without names.
    lines : list of int
        The line of the file, counted from 1, on which each row begins.
    header : str
        Where the names are, for a message.
    """

    name: str
    columns: list[str]
    rows: pd.DataFrame
    lines: list[int]
    header: str

    def where(self, row: int) -> str:
        """Name the place of a row: "sales.csv line 3"."""
        return f"{self.name} line {self.lines[row]}"

    def texts(self, column: str) -> list[str]:
        """Return one column, which must be there exactly once.

        Parameters
        ----------
        column : str
            Its name.

        Returns
        -------
        list of str

        Raises
        ------
        ValueError
            If it is missing, appears twice, or seems to continue in a column without a name.
        """
        if self.columns.count(column) != 1:
            raise ValueError(self._no_column(column))
        place = self.columns.index(column)
        if self.columns[place + 1 : place + 2] == [""]:
            for row, text in enumerate(self.rows[place + 1]):
                if text.strip()[:1].isdigit():
                    raise ValueError(
                        f"{self.where(row)}: the column after {column!r} has no name and holds "
                        f"{text!r}; is that a part of {self.rows[place][row]!r}? Put quotation "
                        "marks around the whole, or name the columns with names=…"
                    )
        return self.rows[place].tolist()

    def _no_column(self, column: str) -> str:
        times, listed = self.columns.count(column), ", ".join(map(repr, self.columns))
        if times:
            return (
                f"column {column!r} appears {times} times in {self.header} of {self.name}: "
                f"{listed}; give each its own name with names=…"
            )
        return (
            f"column {column!r} is missing in {self.name}: {self.header} has {listed}"
            f"{_header_advice(column, self.columns)}"
        )


def read_table(
    path: Path,
    *,
    separator: str,
    encoding: str,
    header: int | None,
    names: Sequence[str] | None,
    comment: str | None,
    footer: int,
) -> Table:
    """Read a file into a table.

    Parameters
    ----------
    path : Path
        The file; if it is compressed, its name must say so (.gz, .bz2, .xz, .zip).
    separator, encoding, header, names, comment, footer
        As for `csv_files.load_csv`.

    Returns
    -------
    Table

    Raises
    ------
    ValueError
        If the file isn't text in this encoding, has no rows, or has a row with more or fewer
        fields than there are names.
    """
    lines = _lines(path, encoding, separator)
    if footer >= len(lines):
        raise ValueError(f"{path.name} has {len(lines)} lines, and footer={footer} leaves none")
    lines = lines[: len(lines) - footer]
    records = _records(path.name, lines, (header or 1) - 1, separator, comment)
    columns, place = list(names or ()), "names"
    if header is not None or names is None:
        if not records:
            raise ValueError(f"{path.name} has no line {header or 1}, where the header should be")
        line, found, _ = records.pop(0)
        if names is None:
            columns, place = found, f"the header (line {line})"
        elif any(DATA.fullmatch(field) for field in found):
            raise ValueError(
                f"{path.name} line {line} looks like a row of data, and names would replace it: "
                f"{lines[line - 1].rstrip()!r}; leave header out if the file has none"
            )
    if not records:
        raise ValueError(f"{path.name} has a header and no rows")
    for n, (line, record, _) in enumerate(records):
        if len(record) != len(columns):
            counts = {len(later) for _, later, _ in records[n:]}
            end = len(lines) - line + 1 if n and len(columns) not in counts else 0
            same = not n and counts == {len(columns) + 1}
            advice = _row_advice(record, columns, separator, end, same)
            raise ValueError(
                f"{path.name} line {line} has {_fields(len(record))}, {place} has {len(columns)}: "
                f"{lines[line - 1].rstrip()!r}; {advice}"
            )
    rows = pd.read_csv(
        io.StringIO("".join(text for _, _, text in records)),
        sep=separator,
        header=None,
        dtype=str,
        keep_default_na=False,
        na_filter=False,
        skip_blank_lines=False,
    )
    return Table(path.name, columns, rows, [line for line, _, _ in records], place)


def _lines(path: Path, encoding: str, separator: str) -> list[str]:
    """Split a file into its lines, without the empty ones at the end."""
    content = path.read_bytes()
    unpack = UNPACK.get(path.suffix.lower())
    try:
        content = unpack(content) if unpack else content
    except (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path.name} cannot be unpacked as its name says: {error}") from None
    text = _decoded(content, path.name, encoding)
    lines = [f"{line}\n" for line in text.split("\n")]
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines:
        raise ValueError(f"{path.name} is empty; wanted a header line and rows")
    # If spaces separate the columns, several spaces count as one.
    return [" ".join(line.split()) + "\n" for line in lines] if separator == " " else lines


def _only_file(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if len(names) != 1:
            raise zipfile.BadZipFile(f"wanted one file inside, got {names}")
        return archive.read(names[0])


UNPACK = {
    ".gz": gzip.decompress,
    ".bz2": bz2.decompress,
    ".xz": lzma.decompress,
    ".zip": _only_file,
}


def _decoded(content: bytes, name: str, encoding: str) -> str:
    for sign, what in SIGNS:
        if re.match(sign, content, re.IGNORECASE):
            raise ValueError(f"{name} is {what}")
    text, fault = "", None
    try:
        text = content.decode(encoding)
    except LookupError:
        raise ValueError(f"encoding must be one that Python knows, got {encoding!r}") from None
    except UnicodeError as error:
        fault = getattr(error, "start", 0)
    if (fault is not None or "\0" in text) and (wide := _wide(content)):
        raise ValueError(f"{name} {WIDE.format(wide)}")
    if fault is not None:
        line = 1 + len(re.findall(rb"\r\n|\r|\n", content[:fault]))
        raise ValueError(
            f"{name} line {line}: byte {content[fault]:#04x} cannot be read as {encoding}; say "
            "encoding='cp1252' if Excel saved the file on Windows, or which one it is"
        )
    if "\0" in text:
        raise ValueError(f"{name} contains NUL characters: it isn't text, or encoding is wrong")
    if content.startswith(codecs.BOM_UTF8) and "utf" not in codecs.lookup(encoding).name:
        raise ValueError(f"{name} begins with the mark of UTF-8: say encoding='utf-8'")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _wide(content: bytes) -> str:
    """Guess, for a message, which encoding with several bytes per character a file uses."""
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = content[:200:2].count(0), content[1:200:2].count(0)
    if max(even, odd) < 2 or max(even, odd) < 10 * min(even, odd):
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _records(
    name: str, lines: list[str], skipped: int, separator: str, comment: str | None
) -> list[tuple[int, list[str], str]]:
    """Find the line where each row begins, its fields, and its text."""
    records = []
    rest, line = iter(lines[skipped:]), skipped
    for text in rest:
        line += 1
        if comment and text.startswith(comment):
            continue
        # A separate reader for each row says how many lines the row takes.
        reader = csv.reader(chain([text], rest), delimiter=separator, strict=True)
        try:
            record = next(reader)
        except csv.Error as error:
            raise ValueError(f"{name} line {line}: {error}; is a quotation mark lost?") from None
        records.append((line, record, "".join(lines[line - 1 : line - 1 + reader.line_num])))
        line += reader.line_num - 1
    return records


def _fields(count: int) -> str:
    return "1 field" if count == 1 else f"{count} fields"


def _row_advice(record: list[str], columns: list[str], separator: str, end: int, same: bool) -> str:
    sign = _other_separator(columns, ";\t|")
    if not any(field.strip() for field in record):
        advice = "it is empty: take it out of the file"
    elif sign:
        advice = f"is {sign!r} the separator? Say separator={sign!r}"
    elif len(columns) < 2 <= len(record):
        advice = "say with header=… which line has the names"
    elif same and (not record[-1] or record[0].isdigit()):
        advice = "if every row has a column without a name, name them all with header=1 and names=…"
    elif len(record) > len(columns):
        advice = f"is a {separator!r} part of a number or a text? Put quotation marks around it"
    else:
        advice = "a field is lost, or it is a remark: say comment=… if remarks begin with a sign"
    return advice + (f"; or say footer={end} if the data end above it" if end else "")


def _other_separator(columns: list[str], signs: str) -> str:
    alone = columns[0].strip() if len(columns) == 1 else ""
    return next((sign for sign in signs if sign in alone), "")


def _header_advice(column: str, columns: list[str]) -> str:
    def plain(name: str) -> str:
        return re.sub(r"[\W_]", "", name).lower()

    if near := [name for name in columns if plain(name) == plain(column)]:
        return f"; did you mean {near[0]!r}?"
    if columns[0].startswith(("#", "%", "//", "sep=")) or not any(columns):
        return "; that isn't a header: say with header=… which line is"
    if sign := _other_separator(columns, ";\t| "):
        return f"; is {sign!r} the separator? Say separator={sign!r}"
    if any(DATA.fullmatch(name) for name in columns):
        return "; is that a row of data? Say names=…, or say with header=… which line is the header"
    return ""
