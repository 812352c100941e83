"""The score on which agents are compared, and former scores.

It is regret at the base rate (`sim.score.metrics.regret`). Regret per request would favour an agent that drives away
the users it serves badly. Where users leave for good by their satisfaction, so would regret at the base rate: there it
is the reward a user and day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sim.score import about

REGRET = "regret/at_base_rate"
AGE = "staleness/data_age/mean"
WORDS = "regret at the base rate"
TITLE = "Regret at the base rate"
HEADING = "regret (base rate)"
LASTING = "reward/per_user_day"
LASTING_WORDS = "reward a user and day"
STILL_THERE = "satisfaction has a say in who leaves here, and regret is that of users who are still there"
_AXES = {
    REGRET: f"{WORDS}, reward a request",
    "regret/total": "total regret (reward lost)",
    "regret/per_request": "regret a request",
    "regret/normalised": "regret, as a share of a random slate's",
    "reward/per_request": "reward a request",
    "reward/per_user_day": LASTING_WORDS,
    "prediction/random/auc": "AUC on random items",
    "prediction/random/nll": "log loss on random items",
    "prediction/random/calibration": "predicted / true rate on random items",
    "versions/trained": "trainings",
}
_LEAVING = "scenario.users.leaving.satisfaction_effect"


def outdated(names: Iterable[str]) -> set[str]:
    """Return the scores, or columns, with another meaning now.

    They used to count matured impressions, now those handed to the learner. The age of labels came with that change.

    >>> outdated(["staleness/unlearned/mean", "requests"])
    {'staleness/unlearned/mean'}
    >>> outdated(["staleness/unlearned/mean", "staleness/label_age/p50"])
    set()
    """
    there = list(names)
    if any(name.startswith("staleness/label_age/") for name in there):
        return set()
    return {name for name in there if name.startswith(("staleness/unlearned/", "staleness/cycle_time/"))}


def axis_title(name: str) -> str:
    """Return a score in words, with its unit.

    >>> axis_title("regret/per_request"), axis_title("staleness/model_age/mean"), axis_title("my/score")
    ('regret a request', 'staleness/model_age/mean, s', 'my/score')
    """
    kind = about().get(name)
    unit = f", {kind.unit}" if kind is not None and kind.unit else ""
    return _AXES.get(name) or name + unit


def by_reward(settings: Mapping[str, Any]) -> bool:
    """Return whether agents are compared on reward, by flat settings.

    >>> by_reward({"scenario.users.leaving.satisfaction_effect": 1.0}), by_reward({})
    (True, False)
    """
    return bool(settings.get(_LEAVING))
