"""The content of a log file as a table.

Any separator and usual compression, with or without a header.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import lzma
import re
import zlib
from pathlib import Path
from shlex import quote

from sim.analysis.fit.table import Table
from sim.analysis.units import counted
from sim.errors import LabError, harmless, refusing
from sim.lazy import pd, pyarrow

_PACKED = {b"\x1f\x8b": gzip.decompress, b"BZh": bz2.decompress, b"\xfd7zXZ": lzma.decompress}
_OTHER = {
    b"PK\x03\x04": "a zip archive or an Excel sheet",
    b"\x28\xb5\x2f\xfd": "packed by zstd",
    b"SQLite": "a database",
}
_SEPARATORS = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "bars"}
_DATA = re.compile(r"[-+]?\d+([.,:]\d+)*([eE][-+]?\d+)?|\d{4}-\d\d-\d\d.*|\\N|NULL")
_LOOKED_AT = 50  # lines from which the separator is recognised


def parsed(file: Path, data: bytes, columns: list[str] | None = None) -> Table:
    """Return the content of a file as a table.

    Args:
        file: its name, for messages; nothing is read.
        data: its content: CSV of any separator, packed or not, or Parquet.
        columns: names of the first columns; None: those of the header.

    Raises:
        LabError: the content is no table.
    """
    with refusing(f"{file}: cannot be read as a table: {{why}}", OSError, EOFError, lzma.LZMAError, zlib.error):
        for magic, unpack in _PACKED.items():
            data = unpack(data) if data.startswith(magic) else data
    for magic, what in _OTHER.items():
        if data.startswith(magic):
            raise LabError(f"{file}: is {what}; write it as CSV or Parquet")
    if data.startswith(b"PAR1"):
        return _parquet(file, data, columns)
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = data.decode("utf-16" if wide else "utf-8-sig", errors="replace").rstrip("\r\n")
    if not text.strip() or "\0" in text[:1000]:
        raise LabError(f"{file}: {'is empty' if not text.strip() else 'is neither text nor Parquet'}")
    return _text(file, text, columns)


def _parquet(file: Path, data: bytes, columns: list[str] | None) -> Table:
    kinds = (OSError, ValueError, pyarrow.ArrowException, NotImplementedError)
    with refusing(f"{file}: cannot be read as Parquet: {{why}}", *kinds):
        frame = pd.read_parquet(io.BytesIO(data))
    frame.columns = pd.Index(_names(file, [str(name) for name in frame.columns], columns))
    return Table(file, frame, "row", 1)


def _text(file: Path, text: str, columns: list[str] | None) -> Table:
    separator, records = _sniffed(text)
    head = [cell.strip() for cell in records[0]]
    named = any(head) and not any(_DATA.fullmatch(cell) for cell in head)
    notes = [] if separator == "," or len(head) == 1 else [f"The columns are separated by {_SEPARATORS[separator]}."]
    if not named and columns is None and len(head) > 1:
        shown = ", ".join(cell or "(empty)" for cell in head[:4])
        raise LabError(
            harmless(
                f"{file}: has no header, its first line is {shown}{', ...' if len(head) > 4 else ''}; name the columns,"
                f" for example: delaylab fit {quote(str(file))} --columns served,event --served served --event event"
            )
        )
    if not named and columns is None:
        columns = ["delay"]
        notes.append("The file has no header; its only column is taken for the delay.")
    if named and columns is not None:
        notes.append("The first line reads like names: --columns takes their place.")
    names = _names(file, head if named else [f"column {n + 1}" for n in range(len(head))], columns)
    with refusing(f"{file}: cannot be read as a table: {{why}}", ValueError):
        frame = pd.read_csv(
            io.StringIO(text),
            sep=separator,
            header=None,
            names=range(len(head)),
            skiprows=1 if named else 0,
            dtype=str,
            keep_default_na=False,
            skip_blank_lines=False,
            skipinitialspace=True,
            index_col=False,
            low_memory=False,
        )
    frame = frame.fillna("")
    frame.columns = pd.Index(names)
    return Table(file, frame, "line", 2 if named else 1, separator, notes)


def _names(file: Path, found: list[str], columns: list[str] | None) -> list[str]:
    columns = columns or []
    if len(columns) > len(found):
        raise LabError(f"{file}: --columns has {counted(len(columns), 'name')} for {counted(len(found), 'column')}")
    return [*columns, *found[len(columns) :]]


def _sniffed(text: str) -> tuple[str, list[list[str]]]:
    """Return the separator and the first records.

    The separator is that which gives all records the most fields, equally many in each.
    """
    lines = [line for line in io.StringIO(text[: 1 << 20]) if line.strip()][:_LOOKED_AT]
    tables = {sep: list(csv.reader(lines, delimiter=sep, skipinitialspace=True)) for sep in _SEPARATORS}
    sizes = {sep: len(rows[0]) for sep, rows in tables.items()}
    even = {sep: sizes[sep] for sep, rows in tables.items() if {*map(len, rows)} == {sizes[sep]}}
    best = max(even, key=even.__getitem__, default=",")
    if even.get(best, 0) > 1:
        return best, tables[best]
    most = max(sizes, key=sizes.__getitem__)
    if sizes[most] > 1:  # no separator gives equal numbers: use the first line, and pandas names the bad one
        return most, tables[most][:1]
    return best, tables[best]
