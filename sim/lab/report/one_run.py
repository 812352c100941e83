"""One run in the terminal and in notebooks."""

from __future__ import annotations

from collections.abc import Mapping

from sim.analysis.as_seen.sentences import of_much
from sim.analysis.as_seen.triangle import triangle
from sim.analysis.main_scores import few, main_scores
from sim.analysis.objective import DEFAULT, Objective
from sim.analysis.settings import run_label
from sim.analysis.trainer_load import saturated
from sim.analysis.units import digits
from sim.analysis.warm_up import warm_up_hint
from sim.lab.base.console import out, print_message
from sim.lab.report.text.tables import say
from sim.lab.store.run_folder import Record
from sim.lazy import jinja2, rich
from sim.score import Scores

_PAGE = """<table><caption style="text-align:left">{{ title }}</caption><tbody>
{%- for name, value in rows.items() -%}
<tr><th scope="row" style="text-align:left">{{ name }}</th><td>{{ value }}</td></tr>
{%- endfor -%}
</tbody></table>"""


def html_table(scores: Mapping[str, float | None], title: str) -> str:
    """Return the main scores with 95 % intervals as HTML."""
    return str(jinja2.Template(_PAGE, autoescape=True).render(title=title, rows=few(Scores(scores))))


def report(record: Record, fresh: bool, objective: Objective) -> None:
    """Print the main scores of a run, and its folder."""
    table = rich.table.Table(
        show_header=False, box=None, padding=(0, 2, 0, 0), title=run_label(record.config), title_justify="left"
    )
    for name, value in main_scores(record):
        table.add_row(name, value)
    if objective != DEFAULT:
        table.add_row("objective", f"{digits(objective.of(record))} ({objective.name})")
    out().print(table)
    by = "" if record.of_this_code else ", computed by other source of the same results epoch"
    there = f"was there already{by}; rerun=true computes it again"
    if (warning := saturated(record)) is not None:
        print_message(warning)
    hint = warm_up_hint([record.table("curve")])
    seen = triangle(record.table("curve"))
    hidden = "" if seen is None else of_much(seen)
    how = f"computed in {record.manifest['seconds']:.1f} s" if fresh else there
    say([f"{name:<8}{line}" for name, line in (("hint", hint), ("seen", hidden)) if line], out())
    say([f"run     {record.folder} ({how})"], out(), whole=True)
