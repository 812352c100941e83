"""A report as one page without network or script."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from sim.analysis.report.model import COLUMNS, Answered, Report
from sim.analysis.score import WORDS
from sim.analysis.units import unbroken
from sim.lab.report.charts.files import svg
from sim.lab.report.palette import FILLS

_LINKS = 3  # to worlds; the others follow these
_WIDE = 6.5  # inches across the figure of an answer


def html(report: Report) -> str:
    """Return a report as a page without times or paths."""
    found = report.figures
    assert found is not None
    drawings = [(one.title, one.about, svg(one.draw(), one.title, one.about, f"f{n}-"))
                for n, one in enumerate(found.panels)]  # fmt: skip
    return _template().render(
        report=report,
        answered=None if report.answered is None else _answer(report.answered),
        columns=[column for column in COLUMNS if column.heading != "verdict"],
        fills=FILLS,
        note=found.note,
        drawings=drawings,
        words=WORDS,
        percent=_percent,
        links=_LINKS,
    )


@cache
def _template() -> Template:
    pages = Environment(
        loader=PackageLoader("sim.lab.report", "html"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    pages.filters["whole"] = unbroken
    return pages.get_template("template.html.j2")


def _answer(one: Answered) -> str:
    return svg(one.draw(_WIDE, ""), one.answer.question, one.answer.about, "d-")


def _percent(value: float, reach: tuple[float, float]) -> float:
    """Return where a value is between two ends, in percent."""
    low, high = reach
    return round(100.0 * (value - low) / ((high - low) or 1.0), 1)
