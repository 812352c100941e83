"""Answers in the terminal and in files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from sim.analysis.report.model import Answer
from sim.lab.base.console import out
from sim.lab.report.charts import files as charts
from sim.lab.report.text.tables import as_csv, say, show
from sim.lab.store.atomic import clean, new_folder, writing
from sim.lazy import matplotlib


def deliver(answer: Answer, draw: Callable[[str, str], matplotlib.figure.Figure], place: Path) -> None:
    """Write an answer into a folder; print it.

    Args:
        answer: what was found.
        draw: takes the question and what stands below it.
        place: the folder, such as ``results/drills/1f2e3d4c``.
    """
    files = files_of(answer, draw(answer.question, answer.told))
    clean(place.parent)
    with writing(place.parents[1]), new_folder(place.parent, place.name) as folder:
        for name, data in files.values():
            (folder / name).write_bytes(data)
    show(answer.parts, out(), f"; {answer.name}.json has all")
    longest = max(8, *map(len, files))
    say([f"{what:{longest}} {place / name}" for what, (name, _) in files.items()], out(), whole=True)


def files_of(answer: Answer, figure: matplotlib.figure.Figure) -> dict[str, tuple[str, bytes]]:
    """Return names and contents of files by what they hold."""
    made = {
        what: (f"{what.replace(' ', '_') if n else answer.name}.csv", as_csv(table).encode())
        for n, (what, table) in enumerate(answer.tables.items())
    }
    if answer.numbers is not None:
        numbers = json.dumps(answer.numbers, indent=2, allow_nan=False)
        made["numbers"] = f"{answer.name}.json", f"{numbers}\n".encode()
    return made | {"figure": (f"{answer.name}.png", charts.png(figure))}
