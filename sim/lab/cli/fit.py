"""``delaylab fit``: from observed delays to the line of a scenario."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from sim.lab.console import out
from sim.lab.errors import LabError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.lab.fitting import Fit

HELP = "fit a delay law to observed delays, those that have not come yet included"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", metavar="FILE", help="CSV or Parquet with a row per click, shown item or the like")
    parser.add_argument(
        "--delay", default="delay", metavar="COLUMN", help="seconds until the answer, empty for none yet"
    )
    parser.add_argument(
        "--watched", default="watched", metavar="COLUMN", help="seconds that a row without an answer was watched"
    )


def main(options: argparse.Namespace) -> int:
    """Print the fits, and the best one as a line for a scenario."""
    from sim.lab.fitting import fits

    delay, watched = read(Path(options.file), options.delay, options.watched)
    try:
        found = fits(delay, watched)
    except ValueError as error:
        raise LabError(f"{options.file}: {error}") from error
    _show(found)
    print(f'\ndelay: "{found[0].law}"')
    return 0


def read(file: Path, delay: str, watched: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return delays and times watched in seconds, NaN where no answer has come.

    Raises:
        LabError: the file cannot be read, or lacks a column, or has text in it.
    """
    import numpy as np
    import pandas as pd

    try:
        frame = pd.read_parquet(file) if file.suffix == ".parquet" else pd.read_csv(file)
    except (OSError, ValueError) as error:
        raise LabError(f"{file}: cannot be read as a table: {error}") from error
    delays = _numbers(frame, file, delay)
    if watched in frame:
        return delays, _numbers(frame, file, watched)
    if not np.isnan(delays).any():
        return delays, delays
    missing = f"{int(np.isnan(delays).sum())} rows have no {delay}, and there is no column {watched} that says how long"
    raise LabError(f"{file}: {missing} they were watched; columns are {', '.join(map(str, frame.columns))}")


def _numbers(frame: pd.DataFrame, file: Path, column: str) -> NDArray[np.float64]:
    import pandas as pd

    if column not in frame:
        raise LabError(f"{file}: there is no column {column}; there are {', '.join(map(str, frame.columns))}")
    try:
        return pd.to_numeric(frame[column]).to_numpy(dtype=float)
    except (ValueError, TypeError) as error:
        raise LabError(f"{file}: column {column} holds something that is no number of seconds: {error}") from error


def _show(found: list[Fit]) -> None:
    from rich.table import Table

    table = Table("law", "AIC", "distance", "ever answers", header_style="bold")
    for fit in found:
        table.add_row(fit.law, f"+{fit.aic - found[0].aic:,.1f}", f"{fit.distance:.3f}", f"{100 * fit.answers:.1f} %")
    out().print(table)
    print("AIC: above the best; less than 2 is no difference. distance: of the law's curve from the data's, at most.")
