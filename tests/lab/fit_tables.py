"""Small tables of 40 delays, for the tests of reading."""

from pathlib import Path

import numpy as np
import pandas as pd

from sim.analysis.fit.rows import Asked, Observed, observed
from sim.analysis.fit.table import Table
from sim.lab.store.log_file import read_table

EXACT = -np.log1p(-(np.arange(40) + 0.5) / 40) * 6400.0  # quantiles of exponential(mean=6400s)
SECONDS = EXACT.round(3)
START = pd.Timestamp("2024-06-10T08:00:00Z")


def read(file: Path, columns: list[str] | None = None, **asked) -> tuple[Observed, Table]:
    table = read_table(file, columns)
    return observed(table, Asked(**asked)), table


def written(folder: Path, text: str | bytes, name: str = "delays.csv") -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def column(cells, head: str = "delay") -> str:
    return "\n".join([head, *map(str, cells)]) + "\n"
