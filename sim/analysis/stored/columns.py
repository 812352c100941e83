"""Columns of the tables of a stored run.

Anybody may have written them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.lazy import pyarrow

if TYPE_CHECKING:
    import pandas as pd

LONGEST = 1e15  # seconds: thirty million years
TEXT = "status"  # the column of words
_LONGEST_WORD = 32
_MOST_CELLS = 50_000_000  # rows times columns: 400 MB
_MOST_UNPACKED = 1 << 30  # bytes of a table
_COUNTS = {"bucket": 100_000, "replication": 1 << 62, "version": 1 << 62}  # columns of whole numbers from 0


def wrong_column(name: str, values: NDArray[np.float64]) -> str | None:
    """Return what is wrong with a stored column, or None.

    Args:
        name: its name, which says what it may hold.
        values: ``(n_rows,)``.

    >>> wrong_column("version", np.array([0.0, 1.5])), wrong_column("regret", np.array([0.5]))
    ('is not of whole numbers from 0 to 4,611,686,018,427,387,904', None)
    """
    if np.isinf(values).any():
        return "has an infinite number"
    most = _COUNTS.get(name)
    if most is not None and not ((values >= 0.0) & (values <= most) & (values % 1.0 == 0.0)).all():
        return f"is not of whole numbers from 0 to {most:,}"
    if name == "at" and not ((values >= 0.0) & (values <= LONGEST)).all():
        return "is not of seconds"
    return None


def wrong_table(found: pd.DataFrame, needed: tuple[str, ...]) -> str | None:
    """Return what is wrong with a stored table, or None.

    Args:
        found: the table.
        needed: the columns that it must have; without any, it is not checked.
    """
    if missing := [name for name in needed if name not in found]:
        return f"no column {missing[0]}"
    if needed and not len(found):
        return "no rows"
    for name in found if needed else ():
        if name != TEXT and (wrong := wrong_column(str(name), found[name].to_numpy(dtype=float))) is not None:
            return f"the column {name} {wrong}"
    return None


def not_of_numbers(columns: Any) -> str | None:
    """Return a column of another type than numbers, or None.

    Args:
        columns: the schema of a table in Arrow; its column ``status`` may hold words.
    """
    kinds = [getattr(pyarrow.types, f"is_{kind}") for kind in ("integer", "floating", "boolean", "null")]
    wrong = (c.name for c in columns if c.name != TEXT and not any(check(c.type) for check in kinds))
    return next(wrong, None)


def too_large(about: Any) -> str | None:
    """Return why a table is too large, or None.

    Args:
        about: the footer of its file, `pyarrow.parquet.FileMetaData`.
    """
    cells = max(about.num_rows, 1) * about.num_columns
    size = sum(about.row_group(n).total_byte_size for n in range(about.num_row_groups))
    if cells <= _MOST_CELLS and size <= _MOST_UNPACKED:
        return None
    return (
        f"{about.num_rows:,} rows of {about.num_columns:,} columns; at most {_MOST_CELLS:,} numbers and "
        f"{_MOST_UNPACKED >> 20} MB are read"
    )


def worded(table: Any, columns: Any) -> Any:
    """Return a table with its ``status`` in the stored type.

    Args:
        table: in Arrow, with ``status`` as a dictionary, so that long words were read once.
        columns: the schema of its file.

    Raises:
        ValueError: a word is too long.
    """
    place = table.schema.get_field_index(TEXT)
    if place < 0 or not pyarrow.types.is_dictionary(table.schema.field(place).type):
        return table
    if any(len(str(word)) > _LONGEST_WORD for chunk in table.column(place).chunks for word in chunk.dictionary):
        raise ValueError(f"a {TEXT} of more than {_LONGEST_WORD} letters")
    return table.set_column(place, TEXT, table.column(place).cast(columns.field(TEXT).type))
