"""Explore, then commit: the bandit whose regret under a constant delay is a formula."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import stats

from ._claim import TAIL, Claim, exact, share, slow
from ._explorers import SOURCE, Bandit

AT_ONCE = Bandit(pulls=10, delay=0, rounds=60, good=0.5, bad=0.4)
LATE = replace(AT_ONCE, delay=20)
REPETITIONS = 8000


def constant_delay() -> list[Claim]:
    """T rounds, gap g, n pulls of each arm, delay d: (n + d/2) g + (T - 2n - d) g P(wrong)."""
    return _claims(REPETITIONS)


@slow
def constant_delay_often() -> list[Claim]:
    """The same with many more repetitions."""
    return _claims(50_000)


def _claims(users: int) -> list[Claim]:
    at_once, late = AT_ONCE.total(users), LATE.total(users)
    wrong = (at_once - users * AT_ONCE.regret(0)) / (AT_ONCE.committed * AT_ONCE.gap)  # how many, from their regret
    told = f"explore-then-commit, {users} repetitions"
    return [
        exact(f"{told}: a whole number is wrong", round(wrong), round(wrong, 6), SOURCE),
        share(f"{told}: P(wrong)", AT_ONCE.wrong_choice(), round(wrong), users, SOURCE),
        _mean(f"{told}: regret without delay", AT_ONCE, at_once, users),
        _mean(f"{told}: regret, delay 20", LATE, late, users),
        exact(f"{told}: same luck, delay 20", users * LATE.regret(wrong / users), late, SOURCE),
    ]


def _mean(name: str, bandit: Bandit, total: float, users: int) -> Claim:
    """Return a claim about the mean regret; its spread is that of the one event of a wrong choice."""
    p = bandit.wrong_choice()
    half = stats.norm.isf(TAIL) * bandit.committed * bandit.gap * np.sqrt(p * (1 - p) / users)
    return Claim(name, bandit.regret(p), total / users, total / users - half, total / users + half, SOURCE)
