"""A run as notebooks show it: a small table of its main scores."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from sim.analysis.score import REGRET, WORDS
from sim.lab.report.score_table import half
from sim.lab.report.units import digits, span, with_interval

_SCORES = (
    (WORDS, REGRET),
    ("regret, normalised", "regret/normalised"),
    ("reward per request", "reward/per_request"),
)
_AGES = ("data_age", "model_age", "label_age")


def table(summary: Mapping[str, float | None], title: str) -> str:
    """Return the main scores with their 95 % intervals as HTML.

    Args:
        summary: scores by name; with ``/low`` and ``/high`` where there are several replications.
        title: in the table's heading; any text.
    """
    scores = dict(summary)
    rows = [("requests", digits(scores.get("requests")))]
    rows += [(words, with_interval(scores.get(name), half(scores, name))) for words, name in _SCORES]
    rows += [(age.replace("_", " "), span(scores.get(f"staleness/{age}/mean"))) for age in _AGES]
    cells = "".join(
        f'<tr><th scope="row" style="text-align:left">{escape(name)}</th><td>{escape(value)}</td></tr>'
        for name, value in rows
    )
    return f'<table><caption style="text-align:left">{escape(title)}</caption><tbody>{cells}</tbody></table>'
