"""The view of the runs on MLflow's pages.

Its columns are the settings of the last sweep and four scores; runs are grouped by sweep.

MLflow keeps a view that somebody shares as a tag of the experiment; a link that names it opens it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sim.analysis.score import REGRET

NAME = "delaylab"
VIEW = f"mlflow.sharedViewState.{NAME}"
USUAL = ("learner", "correction", "cadence", "ship")
SCORES = (REGRET, "reward/per_request", "staleness/data_age/mean", "staleness/unlearned/mean")
CHARTS = f"curve/{REGRET}|curve/staleness/data_age"
_MOST = 12  # columns of settings


def view_of(swept: Sequence[str] = ()) -> str:
    """Return the view as MLflow stores it."""
    settings = [f"params.`{name}`" for name in (swept or USUAL)[:_MOST]]
    shown = {
        "searchFilter": "tags.kind = 'run'",
        "selectedColumns": [*settings, *(f"metrics.`{name}`" for name in SCORES)],
        "groupBy": {"aggregateFunction": "average", "groupByKeys": [{"mode": "tag", "groupByData": "sweep"}]},
        "chartsSearchFilter": CHARTS,
        "runsHiddenMode": "SHOW_ALL",
    }
    return json.dumps(shown)


def link(server: str, experiment_id: str) -> str:
    """Return the address of the runs in MLflow's pages.

    >>> link("http://127.0.0.1:5000/", "1")
    'http://127.0.0.1:5000/#/experiments/1/runs?viewStateShareKey=delaylab&workflowType=machine_learning'
    """
    where = f"{server.rstrip('/')}/#/experiments/{experiment_id}/runs"
    return f"{where}?viewStateShareKey={NAME}&workflowType=machine_learning"  # by itself MLflow shows language models
