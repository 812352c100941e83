"""Group-sequential stopping: ``replications={until: ..., max: n}``.

Replications are added until enough is known. An experimenter who computes a 95 % interval after each replication and
stops as soon as it excludes 0 is wrong far more often than 5 %. Here interim analyses are made only at a few numbers of
replications fixed in advance (4, 8, 16, ... max), and each of these K analyses spends an equal share of the error: its
t-interval has level 1 - 0.05 / K, its p-value is multiplied by K. By the union bound, with probability 95 % no interval
of any analysis excludes the true value, whatever the reason and the time of stopping.

This is group-sequential testing with the error spent in equal parts (Lan & DeMets 1983,
https://doi.org/10.1093/biomet/70.3.659; Pocock 1977, https://doi.org/10.1093/biomet/64.2.191), with Bonferroni's bound
in place of their joint law, so that unequal stops and Student's t are allowed. Over pairs Holm's procedure is added
(https://www.jstor.org/stable/4615733): over all pairs of agents, or over those with the baseline if it was named in
advance. The plan of analyses cannot be changed after the first one: `sim.lab.store.sweep_file` records it.
Assumed: replications are independent (they are, by their keys) and means or paired differences are about normal.
Confidence sequences (Howard et al. 2021, https://doi.org/10.1214/20-AOS1991) allow an analysis after each replication;
with an unknown variance and few replications they are wider.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sim.analysis.score import WORDS
from sim.errors import LabError, unknown_key, whole

KEYS = ("until", "max", "min", "baseline")
LEAST, MOST = 4, 64
_ALLOWED = f"'settled', a half-width > 0 of {WORDS}, or both as 'settled or 0.02', is allowed"


@dataclass(frozen=True)
class StoppingRule:
    """Rule that says when an agent gets no more replications.

    Attributes:
        settled: stop when its difference to the best, or to the baseline, is significant at 95 %.
        half: stop when the half-width of the interval of that difference, or of the mean of a single run, is at most
            this.
        least: replications at the first interim analysis.
        most: the largest number of replications.
        baseline: words that name the agent to compare with; None: the one with the least regret.
    """

    settled: bool
    half: float | None
    least: int = LEAST
    most: int = MOST
    baseline: str | None = None

    @cached_property
    def looks(self) -> tuple[int, ...]:
        """Numbers of replications at the interim analyses.

        They double from ``least`` up to ``most``.

        >>> StoppingRule(True, None, 4, 50).looks
        (4, 8, 16, 32, 50)
        """
        counts = [self.least]
        while counts[-1] < self.most:
            counts.append(min(2 * counts[-1], self.most))
        return tuple(counts)

    def after(self, count: int) -> int | None:
        """Return the analysis after ``count`` replications, None after the last."""
        return next((n for n in self.looks if n > count), None)

    def refused_after(self, earlier: StoppingRule) -> str | None:
        """Return why an earlier plan forbids this one.

        None if this plan is allowed after ``earlier``.

        Only the numbers of replications and the baseline matter. The interval of each analysis is valid whatever the
        aim is, so that another half-width does not spend any error.

        >>> StoppingRule(True, None, 4, 16).refused_after(StoppingRule(False, 0.02, 4, 16)) is None
        True
        """
        if self.looks != earlier.looks:
            key, value = ("max", self.most) if self.most != earlier.most else ("min", self.least)
            was = f"{', '.join(map(str, earlier.looks))} replications (min={earlier.least} max={earlier.most})"
            return (
                f"replications.{key}: is {value}, but these runs were analysed at {was}; other analyses after that are "
                f"wrong in more than 5 %; min={earlier.least} max={earlier.most}, or another seed, is allowed"
            )
        if self.baseline not in (None, earlier.baseline):
            was = f"with {earlier.baseline!r}" if earlier.baseline else "without one"
            return (
                f"replications.baseline: is {self.baseline!r}, but these runs were analysed {was}; a baseline is named "
                "before there are data; that one, none, or another seed is allowed"
            )
        return None

    def raised(self, most: int) -> StoppingRule:
        """Return the rule with another largest number of replications."""
        return replace(self, most=max(most, self.least))

    def plain(self) -> dict[str, Any]:
        """Return the mapping from which `stopping_rule_of` makes this rule."""
        told = " or ".join([*(["settled"] if self.settled else []), *([] if self.half is None else [str(self.half)])])
        return {"until": told, "max": self.most, "min": self.least, "baseline": self.baseline}

    def __str__(self) -> str:
        wanted = ["settled"] if self.settled else []
        wanted += [] if self.half is None else [f"known within {self.half:g}"]
        return " or ".join(wanted)


def stopping_rule_of(value: Mapping[str, Any]) -> StoppingRule:
    """Return the stopping rule of ``replications={...}``.

    Args:
        value: keys ``until``, ``max`` (64), ``min`` (4, or ``max`` if that is less), ``baseline``.

    Raises:
        LabError: a key or value that is not allowed.

    >>> stopping_rule_of({"until": "settled or 0.02", "max": 16})
    StoppingRule(settled=True, half=0.02, least=4, most=16, baseline=None)
    """
    for key in map(str, value):
        if key not in KEYS:
            raise LabError(unknown_key(f"replications.{key}", KEYS))
    if value.get("until") is None:
        raise LabError(f"replications.until: is missing; {_ALLOWED}")
    settled, half = _wanted(value["until"])
    most = whole("replications.max", value.get("max", MOST), 2)
    least = whole("replications.min", value.get("min", min(LEAST, most)), 2)
    if least > most:
        raise LabError(f"replications.min: is {least}, more than replications.max={most}")
    baseline = value.get("baseline")
    return StoppingRule(settled, half, least, most, None if baseline is None else str(baseline))


def _wanted(value: Any) -> tuple[bool, float | None]:
    words = [word.strip() for word in str(value).split(" or ")]
    numbers = [number for word in words if word != "settled" and (number := _positive(word)) is not None]
    settled = words.count("settled")
    if isinstance(value, bool) or settled + len(numbers) != len(words) or settled > 1 or len(numbers) > 1:
        raise LabError(f"replications.until: is {value!r}; {_ALLOWED}")
    return bool(settled), numbers[0] if numbers else None


def _positive(word: str) -> float | None:
    try:
        number = float(word)
    except ValueError:
        return None
    return number if 0.0 < number < float("inf") else None
