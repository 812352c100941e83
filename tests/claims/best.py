"""How often the comparison of agents is wrong: the set that may be the best, and verdicts about pairs."""

from __future__ import annotations

import numpy as np

from sim.lab.compare.pairwise import ERROR, differences, holm_pairs, may_be_best, p_different

from ._claim import Claim, at_most

STUDIES, PAIRS, AGENTS = 3000, 12, (3, 6, 10, 20)
_MOST = ERROR + 3.0 * np.sqrt(ERROR * (1.0 - ERROR) / STUDIES)  # what chance leaves open
_SET = "Gupta 1965; Edwards and Hsu 1983"
_PAIRS = "Holm 1979"


def selection() -> list[Claim]:
    """Equal agents with unequal variances and shared noise: the one that counts as the best is rarely left out.

    It is the steadiest, or the one that varies most. As each is left out rarely, the mean size of the set is at least
    0.95 m of m agents.
    """
    claims = []
    for count in AGENTS:
        inside = may_be_best(_scores(count))
        for place, kind in ((0, "steady"), (-1, "unsteady")):
            outside = 1.0 - inside[:, place].mean()
            claims.append(at_most(f"the {kind} best of {count} is outside the set", _MOST, outside, _SET))
        name, size = f"mean size of the set of {count} equal agents", inside.sum(axis=1).mean()
        claims.append(Claim(name, (1.0 - _MOST) * count, size, size, size, _SET, ">="))
    return claims


def pairs() -> list[Claim]:
    """Equal agents: no pair is called different, by Holm's correction over all pairs."""
    claims = []
    for count in AGENTS:
        corrected = holm_pairs(p_different(differences(_scores(count))))
        wrong = (corrected < ERROR).any(axis=(1, 2)).mean()
        claims.append(at_most(f"any false pair of {count} agents", _MOST, wrong, _PAIRS))
    return claims


def _scores(count: int) -> np.ndarray:
    """Return studies of agents with equal means, ``(STUDIES, count, PAIRS)``."""
    rng = np.random.default_rng(count)
    spread = np.linspace(0.3, 2.0, count)[:, None]
    return spread * rng.normal(size=(STUDIES, count, PAIRS)) + rng.normal(size=(STUDIES, 1, PAIRS))
