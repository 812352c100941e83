"""Read untrusted files: bounded plain data, and tables of numbers.

Run folders are mailed, downloaded from a tracking server, and put on shared disks. Reading them never runs code, takes
bounded time and memory, and ends in a message if the content is not that of a run folder. Text that is read has no
control characters.
"""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

from sim.analysis.stored.columns import wrong_column
from sim.analysis.stored.plain_data import NOT_PLAIN, plain_data
from sim.errors import LabError, harmless, refusing
from sim.lazy import pd, pyarrow

_MOST_BYTES = 16 << 20  # of a file of plain data
_MOST_CELLS = 50_000_000  # rows times columns: 400 MB
_MOST_UNPACKED = 1 << 30  # bytes of a table
_TEXT = "status"  # the column of words
_LONGEST_WORD = 32


def content(file: Path, most: int = _MOST_BYTES) -> bytes:
    """Return the content of a bounded file.

    Only a regular one: a pipe would wait, and ``/dev/zero`` never ends.
    """
    _check_regular(file)
    with file.open("rb") as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise LabError(f"{file}: is larger than {most >> 20} MB")
    return data


def _check_regular(file: Path) -> None:
    if not stat.S_ISREG(file.stat().st_mode):
        raise LabError(f"{file}: is no regular file")


def mapping(file: Path) -> dict[str, Any]:
    """Return the mapping in a YAML or JSON file."""
    try:
        data = content(file)
    except OSError as error:
        raise LabError(f"{file}: cannot be read: {error.strerror}") from error
    with refusing(f"{file}: not plain data ({{why}})", *NOT_PLAIN):
        found = plain_data(data, json_text=file.suffix == ".json")
    if not isinstance(found, dict):
        raise LabError(f"{file}: holds no keys")
    return found


def table_of(file: Path, needed: tuple[str, ...], rows: list[tuple[str, str, int]] | None = None) -> pd.DataFrame:
    """Return a table in Parquet.

    If columns are ``needed``, all but ``status`` must be numbers. Without filters of ``rows`` its size is bounded.
    """
    kinds = (OSError, ValueError, TypeError, KeyError, OverflowError, NotImplementedError, pyarrow.ArrowException)
    with refusing(f"{file}: not a table ({{why}})", *kinds):
        if not file.exists():
            raise LabError(f"{file}: there is none")
        found = _read(file, bool(needed), rows)
    if missing := [name for name in needed if name not in found]:
        raise LabError(f"{file}: no column {missing[0]}")
    if needed and not len(found):
        raise LabError(f"{file}: no rows")
    for name in found if needed else ():
        if name != _TEXT and (wrong := wrong_column(str(name), found[name].to_numpy(dtype=float))) is not None:
            raise LabError(harmless(f"{file}: the column {name} {wrong}"))
    return found


def _read(file: Path, of_numbers: bool, rows: list[tuple[str, str, int]] | None) -> pd.DataFrame:
    """Read a file after checking size and column types."""
    _check_regular(file)
    kinds = [getattr(pyarrow.types, f"is_{kind}") for kind in ("integer", "floating", "boolean", "null")]
    with pyarrow.parquet.ParquetFile(file) as table:
        columns = table.schema_arrow
        if rows is None:
            _check_size(file, table.metadata)
        for field in columns if of_numbers else ():
            if field.name != _TEXT and not any(check(field.type) for check in kinds):
                raise LabError(harmless(f"{file}: the column {field.name} is not of numbers"))
        found = table.read(use_threads=False) if rows is None and _TEXT not in columns.names else None
    if found is None:
        words = [_TEXT] if _TEXT in columns.names else None
        found = pyarrow.parquet.read_table(file, filters=rows, use_threads=False, read_dictionary=words)
        found = _worded(found, columns)
    frame: pd.DataFrame = found.to_pandas(use_threads=False, ignore_metadata=True)
    return frame


def _check_size(file: Path, about: Any) -> None:
    """Refuse a table that is too large by its footer."""
    cells = max(about.num_rows, 1) * about.num_columns
    size = sum(about.row_group(n).total_byte_size for n in range(about.num_row_groups))
    if cells > _MOST_CELLS or size > _MOST_UNPACKED:
        raise LabError(
            f"{file}: {about.num_rows:,} rows of {about.num_columns:,} columns; at most {_MOST_CELLS:,} numbers and "
            f"{_MOST_UNPACKED >> 20} MB are read"
        )


def _worded(table: Any, columns: Any) -> Any:
    """Return a table with its ``status`` in the stored type."""
    place = table.schema.get_field_index(_TEXT)
    if place < 0 or not pyarrow.types.is_dictionary(table.schema.field(place).type):
        return table
    if any(len(str(word)) > _LONGEST_WORD for chunk in table.column(place).chunks for word in chunk.dictionary):
        raise ValueError(f"a {_TEXT} of more than {_LONGEST_WORD} letters")
    return table.set_column(place, _TEXT, table.column(place).cast(columns.field(_TEXT).type))
