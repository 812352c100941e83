"""What people see at the end of one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.score import REGRET, WORDS
from sim.analysis.settings import run_label
from sim.lab.base.console import out, print_message
from sim.lab.config.objective import DEFAULT, Objective
from sim.lab.report.trainer_load import saturated
from sim.lab.report.units import digits, scored, span
from sim.lab.report.warm_up import hint
from sim.lab.store.run_folder import Record
from sim.lazy import lazy

if TYPE_CHECKING:
    import rich.table as rich_table
else:
    rich_table = lazy("rich.table")

_MEANS = (
    (WORDS, REGRET, 4),
    ("regret per request", "regret/per_request", 4),
    ("regret, normalised", "regret/normalised", 3),
    ("reward per request", "reward/per_request", 4),
    ("reward per user and day", "reward/per_user_day", 4),
)


def report(record: Record, fresh: bool, objective: Objective) -> None:
    """Print the main scores of a run, and its folder."""
    table = rich_table.Table(
        show_header=False, box=None, padding=(0, 2, 0, 0), title=run_label(record.config), title_justify="left"
    )
    for name, value in lines(record):
        table.add_row(name, value)
    if objective != DEFAULT:
        table.add_row("objective", f"{digits(objective.of(record))} ({objective.name})")
    console = out()
    console.print(table)
    seconds = f"computed in {record.manifest['seconds']:.1f} s" if fresh else _there(record)
    if (line := saturated(record)) is not None:
        print_message(line)
    if (line := hint([record])) is not None:
        console.print(f"hint    {line}", highlight=False, soft_wrap=True, markup=False)
    console.print(f"run     {record.folder} ({seconds})", highlight=False, soft_wrap=True, markup=False)


def _there(record: Record) -> str:
    by = "" if record.of_this_code else ", computed by other source of the same results epoch"
    return f"was there already{by}; rerun=true computes it again"


def _predictions(scores: dict[str, float | None], of: str) -> str:
    """Return how good predictions are, briefly."""
    return ", ".join(f"{name} {digits(scores.get(f'prediction/{of}{name}'))}" for name in ("calibration", "auc"))


def lines(record: Record) -> list[tuple[str, str]]:
    """Return the main scores by name, readable."""
    scores = dict(record.summary)
    found = [
        ("requests", digits(scores.get("requests"))),
        *((words, scored(scores, name, places)) for words, name, places in _MEANS),
    ]
    for name in ("data_age", "label_age", "model_age", "cycle_time"):
        spread = [span(scores.get(f"staleness/{name}/{part}")) for part in ("mean", "p50", "p95")]
        found.append(
            (name.replace("_", " "), f"mean {spread[0]}, p50 {spread[1]}, p95 {spread[2]}{_unreached(scores, name)}")
        )
    if scores.get("prediction/nll") is not None:
        found.append(
            ("predictions", f"of what is shown {_predictions(scores, '')}, random {_predictions(scores, 'random/')}")
        )
    kinds = ("delivered", "negative", "expired", "lost", "pending")
    counts = [f"{digits(scores.get(f'feedback/{kind}'))} {kind}" for kind in kinds]
    found.append(("feedback", ", ".join(counts)))
    versions = f"{digits(scores.get('versions/trained'))} trained, {digits(scores.get('versions/pushed'))} live"
    cost = span(scores.get("cost/training_time"))
    if record.config.ship == "in_place":
        price = f"{cost} in total, all updates in place (no trainer)"
    else:
        price = f"{cost} of the trainer's time"
    return [*found, ("versions", versions), ("training", price)]


def _unreached(scores: dict[str, float | None], name: str) -> str:
    """Return why a mean is unknown."""
    left, limit = (scores.get(f"staleness/{name}/{part}") for part in ("unreached", "limit"))
    if left is None or scores.get(f"staleness/{name}/mean") is not None:
        return ""
    restricted = span(scores.get(f"staleness/{name}/restricted"))
    return f" ({100 * left:.0f} % not learnt within {span(limit)}; counted as that long, the mean is {restricted})"
