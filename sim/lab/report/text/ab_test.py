"""A/B tests in the terminal and in files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis.ab_test.ab_tests import AbTests
from sim.analysis.ab_test.sentences import UNITS, day, percent, sentences
from sim.lab.base.console import out
from sim.lab.report.charts import ab_test as chart
from sim.lab.report.charts import files
from sim.lab.report.text.tables import plain_table, say
from sim.lab.store.atomic import new_folder
from sim.lazy import rich

_MOST_ROWS = 10
DAYS = ("day", "B - A as seen", "truth so far", "wrong sign", "false win")
STOPPING = ("the test ends at", "B wins", "A wins", "falsely", "mean end")


def write(found: AbTests, sides: list[str], about: Mapping[str, Any], parent: Path, name: str) -> Path:
    """Write numbers, table and figure into a folder; return it."""
    with new_folder(parent, name) as folder:
        (folder / "abtest.json").write_text(as_json(found, about), encoding="utf-8")
        found.frame().to_csv(folder / "abtest.csv", index=False)
        files.write_png(chart.draw(found, "\n".join(sides)), folder / "abtest.png")
    return parent / name


def as_json(found: AbTests, about: Mapping[str, Any]) -> str:
    """Return the numbers as a JSON text."""
    return json.dumps(_known({**about, **found.plain()}), indent=2, allow_nan=False) + "\n"


def show(found: AbTests, sides: list[str], folder: Path) -> None:
    """Print the answer, the tables, and where the files are."""
    first, *more = sentences(found)
    say([*sides, "", first], out())
    out().print(_days(found))
    out().print(_stopping(found))
    say(more, out())
    say([f"numbers  {folder / 'abtest.json'}", f"by day   {folder / 'abtest.csv'}"], out(), whole=True)
    say([f"figure   {folder / 'abtest.png'}"], out(), whole=True)


def _days(found: AbTests) -> rich.table.Table:
    """Return the table of some days."""
    table, rows = (
        plain_table(DAYS, (), title=f"{UNITS[found.metric]}, mean of {found.replications} tests"),
        found.frame(),
    )
    places = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), _MOST_ROWS)).round().astype(int))
    for place in sorted({*places.tolist(), *({found.first_honest_look} - {None})}):
        row = rows.iloc[place]
        half = (row["seen_high"] - row["seen_low"]) / 2.0
        wrong = "-" if np.isnan(row["wrong_sign"]) else percent(row["wrong_sign"])
        honest = place == found.first_honest_look
        table.add_row(
            f"{row['day']:.3g}{' first honest' if honest else ''}", f"{row['seen']:+.4f} ± {half:.4f}",
            f"{row['truth']:+.4f}", wrong, percent(row["false_win"]), style="bold" if honest else None,
        )  # fmt: skip
    return table


def _stopping(found: AbTests) -> rich.table.Table:
    """Return the table of the rules of stopping."""
    table = plain_table(STOPPING, STOPPING[:1])
    for one in found.stopping:
        table.add_row(one.rule, *map(percent, (one.wins, one.losses, one.false)), day(found, one.day))
    return table


def _known(value: Any) -> Any:
    """Return plain data in which NaN is null."""
    if isinstance(value, dict):
        return {key: _known(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_known(inner) for inner in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value
