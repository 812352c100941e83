"""How often a comparison is wrong: the set that may be the best, verdicts about pairs, colours of a verdict map."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.analysis.paired.pairwise import ERROR, Floats, differences, holm, holm_pairs, may_be_best, p_different
from sim.analysis.paired.skewness import deciding, kept, skewness

from ._claim import Claim, at_most

STUDIES, PAIRS, AGENTS = 3000, 12, (3, 6, 10, 20)
_MOST = ERROR + 3.0 * np.sqrt(ERROR * (1.0 - ERROR) / STUDIES)  # what chance leaves open
_SET = "Gupta 1965; Edwards and Hsu 1983"
_PAIRS = "Holm 1979"
CELLS = 18
Sample = Callable[[np.random.Generator, tuple[int, ...]], Floats]
_LAWS: dict[str, tuple[Sample, float]] = {
    "normal": (lambda rng, size: rng.normal(size=size), 0.05),
    "Student's with 5 degrees": (lambda rng, size: rng.standard_t(5, size=size), 0.05),
    "of skewness 0.5": (lambda rng, size: rng.gamma(16.0, size=size) - 16.0, 0.06),
    "of skewness 1": (lambda rng, size: rng.gamma(4.0, size=size) - 4.0, 0.06),
    "lognormal(0.5)": (lambda rng, size: np.exp(0.5 * rng.normal(size=size)) - np.exp(0.125), 0.05),
    "exponential": (lambda rng, size: rng.exponential(size=size) - 1.0, 0.05),
}


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


def colours() -> list[Claim]:
    """A verdict map of 18 cells without a difference: any false colour, as rarely as said for laws of some skewness."""
    count = np.full((STUDIES, CELLS), float(PAIRS))
    claims = []
    for law, (sample, bound) in _LAWS.items():
        gaps = sample(np.random.default_rng(1), (STUDIES, CELLS, PAIRS))
        zeros = np.zeros_like(gaps)
        p = p_different(differences(np.stack([gaps, zeros], axis=-2)))[..., 0, 1]
        wrong = (holm(p) < ERROR) & kept(deciding(skewness(gaps), count), count)
        most = bound + 3.0 * np.sqrt(bound * (1.0 - bound) / STUDIES)
        claims.append(at_most(f"any false colour where differences are {law}", most, wrong.any(axis=1).mean(), _PAIRS))
    return claims


def _scores(count: int) -> np.ndarray:
    """Return studies of agents with equal means, ``(STUDIES, count, PAIRS)``."""
    rng = np.random.default_rng(count)
    spread = np.linspace(0.3, 2.0, count)[:, None]
    return spread * rng.normal(size=(STUDIES, count, PAIRS)) + rng.normal(size=(STUDIES, 1, PAIRS))
