"""Read untrusted files: bounded plain data, and tables of numbers.

Run folders are mailed, downloaded from a tracking server, and put on shared disks. Reading them never runs code, takes
bounded time and memory, and ends in a message if the content is not that of a run folder. Text that is read has no
control characters.
"""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

from sim.analysis.stored.columns import TEXT, not_of_numbers, too_large, worded, wrong_table
from sim.analysis.stored.plain_data import NOT_PLAIN, plain_data
from sim.errors import LabError, harmless, refusing
from sim.lazy import pd, pyarrow

_MOST_BYTES = 16 << 20  # of a file of plain data


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
    if (wrong := wrong_table(found, needed)) is not None:
        raise LabError(harmless(f"{file}: {wrong}"))
    return found


def _read(file: Path, of_numbers: bool, rows: list[tuple[str, str, int]] | None) -> pd.DataFrame:
    """Read a file after checking size and column types."""
    _check_regular(file)
    with pyarrow.parquet.ParquetFile(file) as table:
        columns = table.schema_arrow
        if rows is None and (wrong := too_large(table.metadata)) is not None:
            raise LabError(f"{file}: {wrong}")
        if of_numbers and (name := not_of_numbers(columns)) is not None:
            raise LabError(harmless(f"{file}: the column {name} is not of numbers"))
        found = table.read(use_threads=False) if rows is None and TEXT not in columns.names else None
    if found is None:
        words = [TEXT] if TEXT in columns.names else None
        found = pyarrow.parquet.read_table(file, filters=rows, use_threads=False, read_dictionary=words)
        found = worded(found, columns)
    frame: pd.DataFrame = found.to_pandas(use_threads=False, ignore_metadata=True)
    return frame
