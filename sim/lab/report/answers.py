"""Answers in the terminal and in files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from sim.analysis.report.model import Answer
from sim.lab.base.console import out
from sim.lab.report.charts import files
from sim.lab.report.text.tables import say, show
from sim.lab.store.atomic import clean, new_folder, writing
from sim.lazy import matplotlib


def deliver(answer: Answer, draw: Callable[[str, str], matplotlib.figure.Figure], place: Path) -> None:
    """Write an answer into a folder; print it.

    Args:
        answer: what was found.
        draw: takes the question and what stands below it.
        place: the folder, such as ``results/drills/1f2e3d4c``.
    """
    written = {}
    clean(place.parent)
    with writing(place.parents[1]), new_folder(place.parent, place.name) as folder:
        for n, (what, table) in enumerate(answer.tables.items()):
            written[what] = f"{what.replace(' ', '_') if n else answer.name}.csv"
            table.to_csv(folder / written[what], index=False)
        written |= {"numbers": f"{answer.name}.json", "figure": f"{answer.name}.png"}
        numbers = json.dumps(answer.numbers, indent=2, allow_nan=False)
        (folder / written["numbers"]).write_text(f"{numbers}\n", encoding="utf-8")
        files.write_png(draw(answer.question, answer.told), folder / written["figure"])
    show(answer.parts, out(), f"; {written['numbers']} has all")
    longest = max(map(len, written))
    say([f"{what:{longest}} {place / name}" for what, name in written.items()], out(), whole=True)
