"""Verdicts on bounds: claims of an experiment, and rules of thumb with a margin."""

from __future__ import annotations

import numpy as np
from scipy import stats

from sim.analysis.claims.checked import INCONCLUSIVE, PASS, Checked, judged
from sim.analysis.claims.claim import Claim as Bounded
from sim.analysis.paired.contenders import Contender
from sim.analysis.paired.pairwise import ERROR
from sim.analysis.rules.rule import rules_of
from sim.analysis.rules.verdicts import BREAKS, HOLDS, places_of
from sim.score import Scores

from ._claim import Claim, at_most, share

STUDIES, MAPS, PAIRS, BOUND, PLACES = 2000, 300, 12, 0.1, 6
_HOLM, _POWER = "Holm 1979: any wrong verdict in at most 5 %", "noncentral t"


def _most(studies: int) -> float:
    return ERROR + 3.0 * np.sqrt(ERROR * (1.0 - ERROR) / studies)  # what chance leaves open


def _verdicts(means: list[float]) -> list[list[str]]:
    """Return the verdicts of many studies, on one claim for each mean difference."""
    luck = np.random.default_rng(0)
    claim = Bounded(score="regret/at_base_rate", of="a", versus="b", at_most=BOUND)
    rows = [Checked(claim, "", PAIRS)] * len(means)
    gaps = (luck.normal(means, 1.0, (STUDIES, PAIRS, len(means))).transpose(0, 2, 1)).astype(float)
    return [[one.verdict for one in judged(rows, list(study))] for study in gaps]


def claims_at_their_bounds() -> list[Claim]:
    """The true difference is the bound: pass and fail are both wrong."""
    found = []
    for count in (1, 5):
        wrong = np.mean([set(one) != {INCONCLUSIVE} for one in _verdicts([BOUND] * count)])
        found.append(at_most(f"any of {count} claims at the bound passes or fails", _most(STUDIES), wrong, _HOLM))
    return found


def claims_that_are_true() -> list[Claim]:
    """The true difference is one standard deviation below the bound: T > t(0.975), T noncentral with sqrt(12)."""
    theory = stats.nct.sf(stats.t.ppf(0.975, PAIRS - 1), PAIRS - 1, np.sqrt(PAIRS))
    passed = sum(one == [PASS] for one in _verdicts([BOUND - 1.0]))
    return [share("a claim that is true by a standard deviation passes", theory, passed, STUDIES, _POWER)]


def rules_at_their_margin() -> list[Claim]:
    """Each place of a map loses exactly the margin: holds and breaks are both wrong."""
    luck = np.random.default_rng(1)
    rules = rules_of({
        "margin": BOUND, "down": "down", "across": "across",
        "each": [{"says": "r", "source": "s", "obeys": {"agent": "a"}, "versus": {"agent": "b"}}],
    })  # fmt: skip
    wrong = 0
    for _ in range(MAPS):
        places = [one for n in range(PLACES) for one in _place(n, luck.normal(size=PAIRS), luck.normal(size=PAIRS))]
        wrong += any(one.verdict in (HOLDS, BREAKS) for one in places_of(rules, rules.each[0], places))
    return [at_most(f"any of {PLACES} rules at the margin holds or breaks", _most(MAPS), wrong / MAPS, _HOLM)]


def _place(n: int, luck: np.ndarray, noise: np.ndarray) -> list[Contender]:
    """Return two agents whose rewards are 1 and whose true difference is the margin."""
    regrets = {"a": luck + BOUND + 0.1 * noise, "b": luck}
    where, reward = {"down": str(n), "across": "0"}, Scores({"reward/per_request": 1.0})
    return [
        Contender((), where | {"agent": agent}, "", {(0, k): float(x) for k, x in enumerate(one)}, reward)
        for agent, one in regrets.items()
    ]
