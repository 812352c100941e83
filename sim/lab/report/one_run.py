"""One run in the terminal and in notebooks."""

from __future__ import annotations

from collections.abc import Mapping

from sim.analysis.objective import DEFAULT, Objective
from sim.analysis.score import REGRET, WORDS
from sim.analysis.settings import run_label
from sim.analysis.trainer_load import saturated
from sim.analysis.units import digits, scored, span
from sim.analysis.warm_up import warm_up_hint
from sim.lab.base.console import out, print_message
from sim.lab.report.text.tables import say
from sim.lab.store.run_folder import Record
from sim.lazy import jinja2, rich

Scores = Mapping[str, float | None]
_MEANS = (
    (WORDS, REGRET, 4),
    ("regret per request", "regret/per_request", 4),
    ("regret, normalised", "regret/normalised", 3),
    ("reward per request", "reward/per_request", 4),
    ("reward per user and day", "reward/per_user_day", 4),
)
_KINDS = ("delivered", "negative", "expired", "lost", "pending")
_NOTEBOOK = {WORDS: REGRET, "regret, normalised": "regret/normalised", "reward per request": "reward/per_request"}
_PAGE = """<table><caption style="text-align:left">{{ title }}</caption><tbody>
{%- for name, value in rows.items() -%}
<tr><th scope="row" style="text-align:left">{{ name }}</th><td>{{ value }}</td></tr>
{%- endfor -%}
</tbody></table>"""


def html_table(scores: Scores, title: str) -> str:
    """Return the main scores with 95 % intervals as HTML."""
    rows = {"requests": digits(scores.get("requests"))}
    rows |= {words: scored(scores, name) for words, name in _NOTEBOOK.items()}
    rows |= {f"{age} age": span(scores.get(f"staleness/{age}_age/mean")) for age in ("data", "model", "label")}
    return str(jinja2.Template(_PAGE, autoescape=True).render(title=title, rows=rows))


def report(record: Record, fresh: bool, objective: Objective) -> None:
    """Print the main scores of a run, and its folder."""
    table = rich.table.Table(
        show_header=False, box=None, padding=(0, 2, 0, 0), title=run_label(record.config), title_justify="left"
    )
    for name, value in lines(record):
        table.add_row(name, value)
    if objective != DEFAULT:
        table.add_row("objective", f"{digits(objective.of(record))} ({objective.name})")
    out().print(table)
    by = "" if record.of_this_code else ", computed by other source of the same results epoch"
    there = f"was there already{by}; rerun=true computes it again"
    if (warning := saturated(record)) is not None:
        print_message(warning)
    hint = warm_up_hint([record.table("curve")])
    how = f"computed in {record.manifest['seconds']:.1f} s" if fresh else there
    say([*([f"hint    {hint}"] if hint else []), f"run     {record.folder} ({how})"], out(), whole=True)


def lines(record: Record) -> list[tuple[str, str]]:
    """Return the main scores by name, readable."""
    scores = dict(record.summary)
    found = [("requests", digits(scores.get("requests")))]
    found += [(words, scored(scores, name, places)) for words, name, places in _MEANS]
    for name in ("data_age", "label_age", "model_age", "cycle_time"):
        mean, p50, p95 = (span(scores.get(f"staleness/{name}/{part}")) for part in ("mean", "p50", "p95"))
        found.append((name.replace("_", " "), f"mean {mean}, p50 {p50}, p95 {p95}{_unreached(scores, name)}"))
    if scores.get("prediction/nll") is not None:
        shown, random = (
            ", ".join(f"{name} {digits(scores.get(f'prediction/{of}{name}'))}" for name in ("calibration", "auc"))
            for of in ("", "random/")
        )
        found.append(("predictions", f"of what is shown {shown}, random {random}"))
    found.append(("feedback", ", ".join(f"{digits(scores.get(f'feedback/{kind}'))} {kind}" for kind in _KINDS)))
    trained, pushed = (digits(scores.get(f"versions/{name}")) for name in ("trained", "pushed"))
    in_place = record.config.ship == "in_place"
    price = "in total, all updates in place (no trainer)" if in_place else "of the trainer's time"
    cost = f"{span(scores.get('cost/training_time'))} {price}"
    return [*found, ("versions", f"{trained} trained, {pushed} live"), ("training", cost)]


def _unreached(scores: Scores, name: str) -> str:
    """Return why a mean is unknown."""
    left, limit = (scores.get(f"staleness/{name}/{part}") for part in ("unreached", "limit"))
    if left is None or scores.get(f"staleness/{name}/mean") is not None:
        return ""
    restricted = span(scores.get(f"staleness/{name}/restricted"))
    return f" ({100 * left:.0f} % not learnt within {span(limit)}; counted as that long, the mean is {restricted})"
