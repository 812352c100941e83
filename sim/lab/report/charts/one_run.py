"""The figure of one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from sim.lab.report.charts import curves
from sim.lab.report.figures.over_time import of_one_run

if TYPE_CHECKING:
    import pandas as pd

_WIDTH = 7.5  # inches


def draw(curve: pd.DataFrame, title: str) -> Figure:
    """Draw a run's regret and staleness over time.

    Args:
        curve: a row for each time bucket of each replication, as `sim.simulation.Run` has it.
        title: above the figure.
    """
    return curves.draw(of_one_run(curve), title, _WIDTH)
