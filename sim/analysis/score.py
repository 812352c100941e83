"""The score on which agents are compared, and former scores.

It is regret at the base rate (`sim.score.metrics.regret`). Regret per request would favour an agent that drives away
the users it serves badly. Where users leave for good by their satisfaction, so would regret at the base rate: there it
is the reward a user and day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

REGRET = "regret/at_base_rate"
AGE = "staleness/data_age/mean"
WORDS = "regret at the base rate"
TITLE = "Regret at the base rate"
HEADING = "regret (base rate)"
LASTING = "reward/per_user_day"
LASTING_WORDS = "reward a user and day"
STILL_THERE = "satisfaction has a say in who leaves here, and regret is that of users who are still there"
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


def by_reward(settings: Mapping[str, Any]) -> bool:
    """Return whether agents are compared on reward, by flat settings.

    >>> by_reward({"scenario.users.leaving.satisfaction_effect": 1.0}), by_reward({})
    (True, False)
    """
    return bool(settings.get(_LEAVING))
