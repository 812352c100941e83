"""Explore, then commit, with normal rewards: the closed form, to within what sums of zeros and ones leave open.

Two arms with click rates 1/2 +- g/2 have the same variance s^2 = (1 - g^2) / 4, and sums over n pulls that are nearly
normal. With g = s D they are, in units of s, the two normal arms with gap D and unit variance. How far the law of the
difference of two such sums is from the normal one is computed exactly (`_off`); claims name it, and allow for it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import stats

from ._claim import Claim, exact, share, slow
from ._explorers import SOURCE, Bandit

GAP, PULLS, DELAY, ROUNDS = 0.2, 50, 200, 5000  # the gap D in units of the standard deviation
FEW, MANY = 300, 36_000  # repetitions


def normal_rewards() -> list[Claim]:
    """The regret in units of s: (n + d/2) D + (T - 2n - d) D Phi(-D sqrt(n/2)).

    Each path's regret is known exactly once it is known who chose wrong; what is left to chance is how many did.
    """
    return _claims(FEW, MANY)


@slow
def normal_rewards_often() -> list[Claim]:
    """The same with many more repetitions."""
    return _claims(few=3000, many=200_000)


def _bandit() -> Bandit:
    """Return the two arms of zeros and ones whose gap is ``GAP`` standard deviations."""
    gap = GAP / np.sqrt(4 + GAP**2)
    return Bandit(PULLS, DELAY, ROUNDS, good=0.5 + gap / 2, bad=0.5 - gap / 2)


def _closed_form() -> float:
    return (PULLS + DELAY / 2) * GAP + (ROUNDS - 2 * PULLS - DELAY) * GAP * _normal_wrong()


def _normal_wrong() -> float:
    return float(stats.norm.cdf(-GAP * np.sqrt(PULLS / 2)))


def _off(bandit: Bandit) -> float:
    """Return the largest distance of the law of the lead, half of each atom on its left, from the normal law."""
    lead, wins = bandit.lead(), np.arange(-bandit.pulls, bandit.pulls + 1)
    normal = stats.norm.cdf((wins - bandit.pulls * bandit.gap) / (_deviation(bandit) * np.sqrt(2 * bandit.pulls)))
    return float(np.abs(np.cumsum(lead) - lead / 2 - normal).max())


def _deviation(bandit: Bandit) -> float:
    """Return the standard deviation s of one outcome, the same for both arms."""
    return float(np.sqrt(bandit.good * (1 - bandit.good)))


def _claims(few: int, many: int, ran: Bandit | None = None) -> list[Claim]:
    """Return what the closed form says of ``_bandit``, beside what the simulator gives for ``ran`` (the same)."""
    bandit = _bandit()
    ran = ran or bandit
    off, unit = _off(bandit), _deviation(bandit)
    wrong = _wrong(replace(ran, rounds=2 * PULLS + DELAY + 1), few, bandit)  # one round after the choice shows who
    told = f"explore-then-commit, sums normal to within {off:.2g}"
    alone = replace(ran, delay=ran.delay - DELAY, rounds=2 * PULLS + 1)  # the choice is the same without the delay
    often = _wrong(alone, many, replace(bandit, delay=0))
    return [
        exact(f"{told}: regret until committed, sd", few * bandit.regret(0) / unit, _explored(ran, few) / unit, SOURCE),
        share(f"{told}: P(wrong), {many} repetitions", _normal_wrong(), often, many, SOURCE, off),
        exact(f"{told}: same luck, sd", few * bandit.regret(wrong / few) / unit, ran.total(few) / unit, SOURCE),
    ]


def _explored(bandit: Bandit, users: int) -> float:
    return replace(bandit, rounds=2 * PULLS + DELAY).total(users)


def _wrong(short: Bandit, users: int, bandit: Bandit) -> int:
    """Return how many are wrong, from their regret of one round; within what is possible."""
    regret = short.total(users) - users * bandit.regret(0)
    return int(np.clip(round(regret / bandit.gap), 0, users))
