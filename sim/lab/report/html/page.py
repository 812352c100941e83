"""A report as one page without network or script."""

from __future__ import annotations

from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined
from matplotlib.figure import Figure

from sim.analysis.score import TITLE, WORDS
from sim.lab.report.charts import curves, heat, scatter, versions
from sim.lab.report.charts.files import svg
from sim.lab.report.columns import COLUMNS
from sim.lab.report.figures.model import Figures
from sim.lab.report.model import Report
from sim.lab.report.palette import FILLS


@dataclass(frozen=True)
class Drawing:
    """A figure on the page; its SVG has escaped text."""

    name: str
    about: str
    svg: str


def html(report: Report) -> str:
    """Return a report as a page without times or paths.

    Args:
        report: what is said; it must have figures.
    """
    assert report.figures is not None
    pages = Environment(
        loader=PackageLoader("sim.lab.report", "html"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return pages.get_template("template.html.j2").render(
        report=report,
        columns=[column for column in COLUMNS if column.heading != "verdict"],
        fills=FILLS,
        note=report.figures.note,
        drawings=_drawings(report.figures),
        words=WORDS,
        percent=_percent,
    )


def _drawings(found: Figures) -> list[Drawing]:
    made: list[tuple[str, str, Figure]] = [
        ("Regret and staleness over time", found.over_time.about, curves.draw(found.over_time)),
        ("Regret against staleness", found.scatter.about, scatter.draw(found.scatter)),
        *([(f"{TITLE} by two settings", found.heat.about, heat.draw(found.heat))] if found.heat else []),
        ("Versions", found.lives.about, versions.draw(found.lives)),
        ("Feedback in flight", found.in_flight.about, curves.in_flight(found.in_flight)),
        ("Delays", found.delays.about, curves.delays(found.delays)),
    ]
    return [Drawing(name, about, svg(figure, name, about, f"f{n}-")) for n, (name, about, figure) in enumerate(made)]


def _percent(value: float, reach: tuple[float, float]) -> float:
    """Return where a value is between two ends, in percent."""
    low, high = reach
    return round(100.0 * (value - low) / ((high - low) or 1.0), 1)
