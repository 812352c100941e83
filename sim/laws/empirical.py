"""Delays as measured: drawn from a file of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from sim.laws.arguments import Arguments
from sim.laws.base import Argument, Floats, Law

_MOST_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class Empirical(Law):
    """``empirical(file=delays.csv)``: one column of delays in seconds, a header line allowed.

    The file must lie beside the scenario. Two laws are equal when their delays are.
    """

    name: ClassVar[str] = "empirical"
    usage: ClassVar[str] = "file=, the name of a file beside the scenario"
    file: str
    digest: str
    values: tuple[float, ...]

    @classmethod
    def build(cls, arguments: list[Argument], folder: Path | None) -> Empirical:
        """Read the file.

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
        return cls(file, hashlib.sha256(values.tobytes()).hexdigest()[:16], tuple(values.tolist()))

    def quantile(self, u: Floats) -> Floats:
        """Return the inverse of the empirical law: each delay equally likely."""
        values = np.array(self.values)
        return values[np.minimum((u * len(values)).astype(np.int64), len(values) - 1)]

    def cdf(self, x: Floats) -> Floats:
        """Return the share of the delays up to x."""
        return np.searchsorted(np.array(self.values), x, side="right") / len(self.values)

    @property
    def mean(self) -> float:
        """The mean of the delays."""
        return float(np.mean(self.values))

    def __str__(self) -> str:
        return f"empirical(file={self.file})"


def _column(path: Path) -> Floats:
    lines = path.read_text(encoding="utf-8").split()
    try:
        float(lines[0])
    except (ValueError, IndexError):
        lines = lines[1:]
    try:
        values = np.sort(np.array([float(line.rstrip(",")) for line in lines]))
    except ValueError as error:
        raise ValueError(f"empirical: {path.name!r} is not one column of delays in seconds: {error}") from None
    if not len(values) or not np.isfinite(values).all() or values[0] < 0:
        raise ValueError(f"empirical: {path.name!r} must hold at least one delay, all finite and not negative")
    return values
