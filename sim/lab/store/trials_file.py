"""Read the trials of a search."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import LabError, whole
from sim.lab.store.untrusted import MOST_NUMBER, content
from sim.lazy import lazy

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")

TRIALS = "trials.csv"


def logged(folder: Path) -> Iterator[tuple[str, int, float]]:
    """Yield metric, step and value of a search's trials.

    Nothing for a sweep without trials.
    """
    if not (file := folder / TRIALS).is_file():
        return
    try:
        yield from _values(content(file))
    except LabError:
        raise
    except (ValueError, LookupError, TypeError, OverflowError) as error:
        raise LabError(f"{file}: is no list of trials") from error


def _values(table: bytes) -> Iterator[tuple[str, int, float]]:
    rows: list[dict[Any, Any]] = pd.read_csv(BytesIO(table)).to_dict("records")
    for row in rows:
        for name, column in (("objective", "objective"), ("objective/best", "best")):
            if row[column] == row[column]:  # a failed one is NaN
                yield name, whole(f"{TRIALS}: trial", row["trial"], 0, MOST_NUMBER), float(row[column])
