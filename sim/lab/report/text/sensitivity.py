"""A sensitivity analysis in the terminal and in files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from sim.analysis.identity import short
from sim.analysis.sensitivity.columns import columns
from sim.analysis.sensitivity.sentences import TITLE, about, answer, compared, lines
from sim.analysis.sensitivity.swings import Sensitivity
from sim.analysis.sensitivity.table import frame, plain
from sim.lab.base.console import out
from sim.lab.report.charts import files
from sim.lab.report.charts import sensitivity as chart
from sim.lab.report.text.tables import Column, fitting, say, table_of
from sim.lab.store.atomic import new_folder


def write(found: Sensitivity, names: Sequence[str], hashes: Sequence[str], by_reward: bool, parent: Path) -> Path:
    """Write table, numbers and figure into a folder; return it.

    Args:
        found: the analysis.
        names: of A and of B.
        hashes: those of the runs of all worlds, which name the folder together with the ranges.
        by_reward: whether agents are compared on reward.
        parent: the folder of all such folders.
    """
    name = short(" ".join([*hashes, *sorted(str(one.range) for one in found.swings)]))
    with new_folder(parent, name) as folder:
        frame(found).to_csv(folder / "sensitivity.csv", index=False)
        told = dict(zip("ab", names, strict=True)) | plain(found)
        (folder / "sensitivity.json").write_text(json.dumps(told, indent=2, allow_nan=False) + "\n")
        sides = ", ".join(f"{side}: {one}" for side, one in zip("AB", names, strict=True))
        told_above = f"{answer(found)}\n{sides}. {about(found, by_reward)}"
        drawn = chart.draw(found, TITLE, told_above, compared(by_reward))
        files.write_png(drawn, folder / "sensitivity.png")
    return parent / name


def show(found: Sensitivity, names: Sequence[str], by_reward: bool, folder: Path) -> None:
    """Print the table, the answer, and where the files are."""
    console = out()
    made = [Column(one.heading, one.cells, not one.words, one.rank) for one in columns(found)]
    kept, left = fitting(made, console.width)
    console.print(table_of(TITLE, kept, console.width, ends=range(0, found.worlds, 2)))
    if left:
        say([f"not shown at this width: {', '.join(left)}"], console)
    say([*(f"{side}  {one}" for side, one in zip("AB", names, strict=True)), answer(found)], console)
    say([*lines(found), about(found, by_reward)], console)
    files_of = {"table": "sensitivity.csv", "numbers": "sensitivity.json", "figure": "sensitivity.png"}
    say([f"{what:8}{folder / name}" for what, name in files_of.items()], console, whole=True)
