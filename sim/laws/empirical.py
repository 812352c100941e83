"""Measured delays, drawn from a file."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np

from sim.laws.arguments import Arguments
from sim.laws.base import Argument, Floats, Law

_MOST_BYTES = 32 * 1024 * 1024  # some millions of delays; in memory it takes thirty times that
_LONGEST = 64  # characters of a number
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?(inf|infinity|nan)", re.IGNORECASE)


@dataclass(frozen=True)
class Empirical(Law):
    """``empirical(file=delays.csv)``: one column of delays in seconds.

    The file may have a header line, and must be in the scenario's folder. Two laws are equal if file name and delays
    are equal.
    """

    name: ClassVar[str] = "empirical"
    usage: ClassVar[str] = "file=, the name of a file beside the scenario"
    forms: ClassVar = ("file=word", "word")
    stepwise: ClassVar[bool] = True
    file: str
    digest: str
    values: Floats = field(compare=False, repr=False)

    @classmethod
    def build(cls, arguments: list[Argument], folder: Path | None) -> Empirical:
        """Return the law of the delays in the file.

        Raises:
            ValueError: a path instead of a name, no such file, or not a column of delays.
        """
        file = Arguments(cls, arguments, ("file",), first="file").word("file")
        if Path(file).name != file or file.startswith("."):
            raise ValueError(f"empirical: {file!r} is not the plain name of a file beside the scenario")
        if folder is None:
            raise ValueError("empirical needs a scenario that is a file: it reads beside it")
        path = folder / file
        if path.is_symlink() or not path.is_file():
            raise ValueError(f"empirical: there is no file {file!r} beside the scenario")
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError(f"empirical: {file!r} is larger than {_MOST_BYTES >> 20} MiB")
        values = _column(path)
        return cls(file, hashlib.sha256(values.tobytes()).hexdigest()[:16], values)

    def quantile(self, u: Floats) -> Floats:
        """Return the smallest delay whose `cdf` is at least u."""
        rank = np.ceil(np.asarray(u) * len(self.values)).astype(np.int64) - 1
        return np.asarray(self.values[np.clip(rank, 0, len(self.values) - 1)])

    def cdf(self, x: Floats) -> Floats:
        """Return the share of the delays up to x."""
        return np.asarray(np.searchsorted(self.values, x, side="right") / len(self.values))

    @property
    def mean(self) -> float:
        """The mean of the delays."""
        return float(np.mean(self.values))

    def __str__(self) -> str:
        return f"empirical(file={self.file})"


def _column(path: Path) -> Floats:
    """Return the delays of a file, ascending and read only."""
    wrong = f"empirical: {path.name!r} is not one column of delays in seconds"
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except UnicodeDecodeError:
        raise ValueError(f"{wrong}: it is not UTF-8 text") from None
    if lines and not _is_number(lines[0]) and any(letter.isalpha() for letter in lines[0]):
        lines = lines[1:]  # a header
    bad = next((line for line in lines if not _is_number(line)), None)
    if bad is not None:
        raise ValueError(f"{wrong}: {bad[:40]!r} is not a number")
    values = np.sort(np.array([float(line) for line in lines]))
    if not len(values) or not np.isfinite(values).all() or values[0] < 0:
        raise ValueError(f"empirical: {path.name!r} must hold at least one delay, all finite and not negative")
    values.flags.writeable = False
    return values


def _is_number(line: str) -> bool:
    return len(line) <= _LONGEST and _NUMBER.fullmatch(line) is not None  # Python also accepts 1_000 and ١٢
