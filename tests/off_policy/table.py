"""The table of docs/off-policy.md: ``python -m tests.off_policy.table`` prints it, in two minutes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim import simulate
from sim.analysis import evaluate
from sim.analysis.off_policy.estimators import NAMES
from tests.off_policy.worlds import SILENT, contexts, logger, nearest

RUNS = 24
Case = tuple[str, dict[str, Any], str]
CASES: tuple[Case, ...] = (
    ("no delay", {"feedback.click.delay": "constant(0s)"}, "no"),
    ("Exp(2 d), pending is a no", {}, "no"),
    ("Exp(2 d), pending is left out", {}, "drop"),
    ("Exp(2 d), pending by age", {}, "age"),
    ("Exp(2 d), pending by age, F estimated", {}, "km"),
    ("a no is silent for 4 d, pending is a no", SILENT, "no"),
    ("a no is silent for 4 d, pending is left out", SILENT, "drop"),
    ("a no is silent for 4 d, pending by age", SILENT, "age"),
    ("a no is silent for 4 d, pending by age, F estimated", SILENT, "km"),
)


def table(runs: int = RUNS, cases: Sequence[Case] = CASES) -> pd.DataFrame:
    """Return mean errors by case and estimator, their spread over runs, and the half width of the intervals."""
    rows = []
    for name, changes, rule in cases:
        world = contexts(**{key.replace(".", "__"): value for key, value in changes.items()})
        run = simulate(world, logger(), seed=7, replications=runs, trace=True)
        for replication in range(runs):
            frame = evaluate(run, nearest(), at=("6d",), pending=(rule,), replication=replication)
            rows += [
                (name, *row) for row in frame[["estimator", "truth", "error", "low", "high"]].itertuples(index=False)
            ]
    found = pd.DataFrame(rows, columns=["case", "estimator", "truth", "error", "low", "high"])
    found["half"], found["covers"] = (
        (found.high - found.low) / 2,
        (found.high - found.truth) * (found.truth - found.low) > 0,
    )
    by = found.groupby(["case", "estimator"], sort=False)
    return by.agg(
        truth=("truth", "mean"), error=("error", "mean"), spread=("error", "std"), half=("half", "mean"),
        covers=("covers", "mean"),
    )  # fmt: skip


def markdown(found: pd.DataFrame) -> list[str]:
    """Return the rows of the page's table: error ± spread of each estimator."""
    lines = []
    for case, _, _ in CASES:
        own = found.loc[case]
        cells = [f"{own.error[name]:+.3f} ± {own.spread[name]:.3f}" for name in NAMES]
        lines.append(f"| {case} | {' | '.join(cells)} |")
    return lines


if __name__ == "__main__":
    made = table()
    print("\n".join(markdown(made)))
    print(made.round(4).to_string())
    print(f"truth {np.mean(made.truth):.4f}")
