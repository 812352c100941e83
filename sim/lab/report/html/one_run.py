"""A table of a run's main scores, for notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.analysis.score import REGRET, WORDS
from sim.lab.report.units import digits, scored, span
from sim.lazy import lazy

if TYPE_CHECKING:
    import jinja2
else:
    jinja2 = lazy("jinja2")

_SCORES = {WORDS: REGRET, "regret, normalised": "regret/normalised", "reward per request": "reward/per_request"}
_AGES = ("data_age", "model_age", "label_age")
_PAGE = """<table><caption style="text-align:left">{{ title }}</caption><tbody>
{%- for name, value in rows.items() -%}
<tr><th scope="row" style="text-align:left">{{ name }}</th><td>{{ value }}</td></tr>
{%- endfor -%}
</tbody></table>"""


def table(summary: Mapping[str, float | None], title: str) -> str:
    """Return the main scores with 95 % intervals as HTML.

    Args:
        summary: scores by name; with ``/low`` and ``/high`` where there are several replications.
        title: in the table's heading; any text.
    """
    rows = {"requests": digits(summary.get("requests"))}
    rows |= {words: scored(summary, name) for words, name in _SCORES.items()}
    rows |= {age.replace("_", " "): span(summary.get(f"staleness/{age}/mean")) for age in _AGES}
    return str(jinja2.Template(_PAGE, autoescape=True).render(title=title, rows=rows))
