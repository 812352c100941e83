"""Read untrusted tables: bounded, with the expected numbers."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import LabError, harmless
from sim.lazy import lazy

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow
    import pyarrow.parquet as pq
else:
    pyarrow = lazy("pyarrow")
    pq = lazy("pyarrow.parquet")

MOST_CELLS = 50_000_000  # rows times columns: 400 MB
MOST_BYTES = 1 << 30  # unpacked
MOST_BUCKETS = 100_000
LONGEST = 1e15  # seconds: thirty million years
_COUNTS = {"bucket": MOST_BUCKETS, "replication": 1 << 62, "version": 1 << 62}  # integers from 0
_TEXT = "status"
_LONGEST_WORD = 32


def table_of(file: Path, needed: tuple[str, ...], rows: list[tuple[str, str, int]] | None = None) -> pd.DataFrame:
    """Return a table of numbers."""
    try:
        found = _read(file, bool(needed), rows)
    except FileNotFoundError as error:
        raise LabError(f"{file}: there is none") from error
    except LabError:
        raise
    except (
        OSError,
        ValueError,
        pyarrow.ArrowException,
        NotImplementedError,
        TypeError,
        KeyError,
        OverflowError,
    ) as error:
        raise LabError(harmless(f"{file}: not a table ({' '.join(str(error).split())[:200]})")) from error
    if missing := [name for name in needed if name not in found]:
        raise LabError(f"{file}: no column {missing[0]}")
    if needed and not len(found):
        raise LabError(f"{file}: no rows")
    for name in found if needed else ():
        if (wrong := _wrong(str(name), found[name])) is not None:
            raise LabError(harmless(f"{file}: the column {name} {wrong}"))
    return found


def _read(file: Path, of_numbers: bool, rows: list[tuple[str, str, int]] | None) -> pd.DataFrame:
    """Read a file after checking size and column types."""
    if not stat.S_ISREG(file.stat().st_mode):
        raise LabError(f"{file}: is no regular file")
    with pq.ParquetFile(file) as table:
        about, columns = table.metadata, table.schema_arrow
        if rows is None:
            _check_size(file, about)
        for field in columns if of_numbers else ():
            if field.name != _TEXT and not _of_numbers(field.type):
                raise LabError(harmless(f"{file}: the column {field.name} is not of numbers"))
        if rows is None and _TEXT not in columns.names:
            return _frame(table.read(use_threads=False))
    words = [_TEXT] if _TEXT in columns.names else None
    found = pq.read_table(file, filters=rows, use_threads=False, read_dictionary=words)
    return _frame(_worded(found, columns))


def _check_size(file: Path, about: Any) -> None:
    """Refuse a table that is too large by its footer."""
    cells = max(about.num_rows, 1) * about.num_columns
    size = sum(about.row_group(n).total_byte_size for n in range(about.num_row_groups))
    if cells > MOST_CELLS or size > MOST_BYTES:
        raise LabError(
            f"{file}: {about.num_rows:,} rows of {about.num_columns:,} columns; at most {MOST_CELLS:,} numbers and "
            f"{MOST_BYTES >> 20} MB are read"
        )


def _frame(table: Any) -> pd.DataFrame:
    found: pd.DataFrame = table.to_pandas(use_threads=False, ignore_metadata=True)
    return found


def _worded(table: Any, columns: Any) -> Any:
    """Return a table with ``status`` in its stored type.

    It was read as a dictionary.
    """
    place = table.schema.get_field_index(_TEXT)
    if place < 0 or not pyarrow.types.is_dictionary(table.schema.field(place).type):
        return table
    if any(len(str(word)) > _LONGEST_WORD for chunk in table.column(place).chunks for word in chunk.dictionary):
        raise ValueError(f"a {_TEXT} of more than {_LONGEST_WORD} letters")
    return table.set_column(place, _TEXT, table.column(place).cast(columns.field(_TEXT).type))


def _of_numbers(kind: Any) -> bool:
    return bool(
        pyarrow.types.is_integer(kind)
        or pyarrow.types.is_floating(kind)
        or pyarrow.types.is_boolean(kind)
        or pyarrow.types.is_null(kind)
    )


def _wrong(name: str, column: pd.Series[Any]) -> str | None:
    """Return what is wrong with a column, or None."""
    if name == _TEXT:
        return None
    values = column.to_numpy(dtype=float)
    if np.isinf(values).any():
        return "has an infinite number"
    if (most := _COUNTS.get(name)) is not None and not _are_counts(values, most):
        return f"is not of whole numbers from 0 to {most:,}"
    if name == "at" and not ((values >= 0.0) & (values <= LONGEST)).all():
        return "is not of seconds"
    return None


def _are_counts(values: Any, most: int) -> bool:
    return bool(((values >= 0.0) & (values <= most) & (values % 1.0 == 0.0)).all())  # false for NaN
