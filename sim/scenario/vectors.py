"""Vectors of items and users from a scenario's file.

The file is data of a stranger: numbers only, of bounded size, whose shape and types are checked before they are used.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.lazy import pyarrow

Floats = NDArray[np.float64]
KINDS = (".parquet", ".csv")
MOST_BYTES = 256 << 20
MOST_TEXT = 64 << 20
MOST_NUMBERS = 32_000_000  # 256 MB
_LARGEST = 1000.0  # a utility is an inner product, in log odds
_TAKEN = {f"{name}.parquet" for name in ("requests", "impressions", "versions", "curve", "replicates")}


@dataclass(frozen=True)
class Vectors:
    """The vectors of a file, a row each.

    Two are equal if file name and numbers are equal.

    Attributes:
        file: the name of the file.
        digest: a hash of the numbers.
        values: ``(rows, columns)``, read only.
    """

    file: str
    digest: str
    values: Floats = field(compare=False, repr=False)

    @property
    def spread(self) -> float:
        """Standard deviation of numbers about their column's mean."""
        return float(np.sqrt(np.mean(np.square(self.values - self.values.mean(axis=0)))))

    def __str__(self) -> str:
        return self.file


def read_vectors(file: Any, folder: Path | None) -> Vectors:
    """Return the vectors of a file in the scenario's folder.

    A column is a coordinate, a row a user or an item. CSV has commas, and may have a header.

    Args:
        file: its plain name, which ends in ``.parquet`` or ``.csv``.
        folder: the scenario's folder, None if it is no file.

    Raises:
        ValueError: no such file, or not a table of finite numbers.
    """
    if isinstance(file, Vectors):
        return file
    if not isinstance(file, str) or not file.endswith(KINDS):
        raise ValueError(f"{file!r:.60} is not the name of a file that ends in {' or '.join(KINDS)}")
    if Path(file).name != file or file.startswith("."):
        raise ValueError(f"{file!r} is not the plain name of a file beside the scenario")
    if file in _TAKEN:
        raise ValueError(f"{file!r} is the name of a file that runs write; give it another one")
    if folder is None:
        raise ValueError(f"{file!r} needs a scenario that is a file: it is read beside it")
    path = folder / file
    if path.is_symlink() or not path.is_file():
        raise ValueError(f"there is no file {file!r} beside the scenario")
    about = path.stat()
    if about.st_size > MOST_BYTES:
        raise ValueError(f"{file!r} is larger than {MOST_BYTES >> 20} MiB")
    values, digest = _read(path, about.st_mtime_ns, about.st_size)
    return Vectors(file, digest, values)


@lru_cache(maxsize=4)  # a sweep reads the same file again and again
def _read(path: Path, changed_at: int, size: int) -> tuple[Floats, str]:
    values = _parquet(path) if path.suffix == ".parquet" else _csv(path)
    if not values.size:
        raise ValueError(f"{path.name!r} holds no numbers")
    if not np.isfinite(values).all():
        raise ValueError(f"{path.name!r} holds a number that is missing or not finite")
    if np.abs(values).max() > _LARGEST:
        raise ValueError(f"{path.name!r} holds a number beyond {_LARGEST:g}; -{_LARGEST:g} to {_LARGEST:g} is allowed")
    values.flags.writeable = False
    return values, hashlib.sha256(repr(values.shape).encode() + values.tobytes()).hexdigest()[:16]


def _parquet(path: Path) -> Floats:
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            about, columns = file.metadata, file.schema_arrow
            _check_size(path, max(about.num_rows, 1) * about.num_columns)
            if sum(about.row_group(n).total_byte_size for n in range(about.num_row_groups)) > MOST_BYTES:
                raise ValueError(f"{path.name!r} is larger than {MOST_BYTES >> 20} MiB when it is unpacked")
            of_numbers = (pyarrow.types.is_integer, pyarrow.types.is_floating)
            bad = [field.name for field in columns if not any(kind(field.type) for kind in of_numbers)]
            if bad or len(columns) != about.num_columns:
                raise ValueError(
                    f"{path.name!r} has a column {bad[0] if bad else 'in parts'!r:.40} that is not of numbers"
                )
            table = file.read(use_threads=False)
    except (OSError, pyarrow.ArrowException, KeyError, TypeError, OverflowError, NotImplementedError) as error:
        raise ValueError(f"{path.name!r} cannot be read as Parquet") from error
    values = np.empty((table.num_rows, table.num_columns))
    for place, column in enumerate(table.columns):
        values[:, place] = column.to_numpy()  # null is NaN
    return values


def _csv(path: Path) -> Floats:
    wrong = f"{path.name!r} is not a table of numbers with commas between them"
    if path.stat().st_size > MOST_TEXT:
        raise ValueError(f"{path.name!r} is larger than {MOST_TEXT >> 20} MiB; write it as Parquet")
    try:
        text = path.read_bytes().decode("utf-8-sig").lstrip()
    except UnicodeDecodeError:
        raise ValueError(f"{wrong}: it is not UTF-8 text") from None
    first, _, rest = text.partition("\n")
    _check_size(path, text.count(",") + text.count("\n"))
    if any(letter.isalpha() for letter in first) and isinstance(_numbers(first), str):
        text = rest  # after a header
    values = _numbers(text) if text.strip() else np.empty((0, 0))
    if isinstance(values, str):
        raise ValueError(f"{wrong}: {values}")
    return values


def _numbers(text: str) -> Floats | str:
    """Return the numbers of a text, ``(n, k)``, or an error."""
    try:
        return np.loadtxt(io.StringIO(text), delimiter=",", comments=None, ndmin=2)
    except ValueError as error:
        return str(error).partition("; use")[0][:120]


def _check_size(path: Path, numbers: int) -> None:
    if numbers > MOST_NUMBERS:
        raise ValueError(f"{path.name!r} has {numbers} numbers; at most {MOST_NUMBERS} is allowed")
