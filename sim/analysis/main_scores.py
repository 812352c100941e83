"""The main scores of a run, as people read them."""

from __future__ import annotations

from sim.analysis.paired.scored_run import ScoredRun
from sim.analysis.score import REGRET, WORDS
from sim.analysis.units import digits, scored, span
from sim.score import Scores

_MEANS = (
    (WORDS, REGRET, 4),
    ("regret per request", "regret/per_request", 4),
    ("regret, normalised", "regret/normalised", 3),
    ("reward per request", "reward/per_request", 4),
    ("reward per user and day", "reward/per_user_day", 4),
)
_KINDS = ("delivered", "negative", "expired", "lost", "pending")
_NOTEBOOK = {WORDS: REGRET, "regret, normalised": "regret/normalised", "reward per request": "reward/per_request"}


def few(scores: Scores) -> dict[str, str]:
    """Return a few scores by name, with 95 % intervals."""
    rows = {"requests": digits(scores.requests)}
    rows |= {words: scored(scores, name) for words, name in _NOTEBOOK.items()}
    return rows | {f"{age} age": span(scores.get(f"staleness/{age}_age/mean")) for age in ("data", "model", "label")}


def main_scores(run: ScoredRun) -> list[tuple[str, str]]:
    """Return the main scores by name."""
    scores = run.summary
    found = [("requests", digits(scores.requests))]
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
    in_place = run.config.ship == "in_place"
    price = "in total, all updates in place (no trainer)" if in_place else "of the trainer's time"
    cost = f"{span(scores.training_time)} {price}"
    fate = f", {digits(scores.rolled_back)} rolled back" if scores.rolled_back else ""
    versions = f"{digits(scores.trained)} trained, {digits(scores.pushed)} live{fate}"
    return [*found, ("versions", versions), ("training", cost)]


def _unreached(scores: Scores, name: str) -> str:
    """Return why a mean is unknown."""
    left, limit = (scores.get(f"staleness/{name}/{part}") for part in ("unreached", "limit"))
    if left is None or scores.get(f"staleness/{name}/mean") is not None:
        return ""
    restricted = span(scores.get(f"staleness/{name}/restricted"))
    return f" ({100 * left:.0f} % not learnt within {span(limit)}; counted as that long, the mean is {restricted})"
