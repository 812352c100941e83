"""Beta-Bernoulli Thompson sampling."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from agents.described import Described
from agents.learners._index import Snapshot, Statistics
from agents.learners.counts import Counts
from agents.learners.order_of_betas import places
from agents.learners.slates import top_one
from agents.parameters import number
from sim.ports import Catalogue, Experience, Impressions, IncrementalPath, Observations, Slate, Slates, best

Floats = NDArray[np.float64]

_LEAST = 1e-6  # a Beta law needs positive parameters; a correction may take back more than it gave


class BetaThompsonPolicy:
    """A policy with one draw for every (user, visit, item).

    Args:
        counts: what was learnt.
        a: prior successes.
        b: prior failures.
        propensities: whether to give propensities.
    """

    def __init__(self, counts: Snapshot, a: float, b: float, propensities: bool = False) -> None:
        self._counts, self._a, self._b, self._propensities = counts, a, b, propensities
        self._chances: tuple[Catalogue | None, Floats] = None, np.zeros((0, 0))

    def act(self, observations: Observations) -> Slates:
        """Return the slates with the highest draws."""
        ids = observations.catalogue.ids
        a, b = _posterior(self._counts, self._a, self._b, ids)
        shown = best(betaincinv(a, b, observations.uniforms()), observations.size)
        chance = self._chance(observations, a, b)[shown, np.arange(observations.size)] if self._propensities else None
        return Slates(ids.take(shown), chance, (a / (a + b)).take(shown))

    def _chance(self, observations: Observations, a: Floats, b: Floats) -> Floats:
        """Return the propensities of all items, once for a catalogue."""
        catalogue, found = self._chances
        if catalogue is not observations.catalogue or found.shape[1] != observations.size:
            found = places(a, b, observations.size)
            self._chances = observations.catalogue, found
        return found

    def predict(self, observations: Observations, items: NDArray[np.int64]) -> Floats:
        """Return the posterior mean of each item, ``(n,)``."""
        return posterior_means(self._counts, self._a, self._b, items)


def posterior_means(counts: Statistics | Snapshot, a: float, b: float, items: NDArray[np.int64]) -> Floats:
    """Return the posterior mean of each item, ``(n,)``."""
    a_now, b_now = beta(*counts.at(items), a, b)
    return a_now / (a_now + b_now)


def _posterior(counts: Snapshot, a: float, b: float, ids: NDArray[np.int64]) -> tuple[Floats, Floats]:
    return beta(*counts.of(ids), a, b)


def beta(pulls: Floats, wins: Floats, a: float, b: float) -> tuple[Floats, Floats]:
    """Return both parameters of the posteriors, ``(m,)``."""
    return np.maximum(a + wins, _LEAST), np.maximum(b + pulls - wins, _LEAST)


class _Incremental:
    """The fast path of `BetaThompson`, for single requests.

    It does the operations of `BetaThompsonPolicy` and `BetaThompson.train` in the same order.
    """

    def __init__(self, counts: Counts, a: float, b: float) -> None:
        self._counts, self._prior = counts, (a, b)
        self._batch: Observations | None = None
        self._changes = -1  # of the counts, when the posterior was computed
        self._oldest = -1

    def act_one(self, observations: Observations, row: int) -> Slate:
        """Return the slate with the highest draws."""
        self._refresh(observations)
        a, b = self._a, self._b
        draws = betaincinv(a, b, self._uniforms[row])
        if observations.size == 1:
            place = int(draws.argmax())
            return [place], None, [a.item(place) / (a.item(place) + b.item(place))]
        places, _, means = top_one(draws, observations.size, a / (a + b))
        return places, None, means

    def predict_one(self, observations: Observations, row: int, place: int) -> float:
        """Return the posterior mean of an item."""
        self._refresh(observations)
        a: float = self._a.item(place)
        return a / (a + self._b.item(place))

    def _refresh(self, observations: Observations) -> None:
        if observations is not self._batch or self._changes != self._counts.changes:
            self._compute(observations)

    def _compute(self, observations: Observations) -> None:
        self._batch, self._changes = observations, self._counts.changes
        self._place, self._uniforms = observations.catalogue.place, observations.uniforms()
        self._a, self._b = _posterior(self._counts, *self._prior, observations.catalogue.ids)

    def learn_one(self, item: int, user_features: Floats, label: float, oldest_item: int) -> None:
        """Add an example to the counts."""
        if oldest_item != self._oldest:
            self._oldest = oldest_item
            self._counts.forget(oldest_item)
        known = self._changes == self._counts.changes
        pulls, wins = self._counts.add_one(item, 1.0, label)
        if known:  # only the posterior of this item changes
            self._changes = self._counts.changes
            if (place := self._place.get(item)) is not None:
                a, b = self._prior
                self._a[place], self._b[place] = max(a + wins, _LEAST), max(b + pulls - wins, _LEAST)


class BetaThompson(Described):
    """Thompson sampling with a Beta posterior for each item.

    Args:
        a: prior successes.
        b: prior failures.
        propensities: whether to give propensities, by an integral with an error below .002 (`order_of_betas.places`);
            it takes 96 values of a Beta law for each pair of items whenever a version first answers.

    Source: Chapelle & Li 2011, *An Empirical Evaluation of Thompson Sampling*
    (https://papers.nips.cc/paper/4321-an-empirical-evaluation-of-thompson-sampling).

    Three arms whose rewards arrive after every 1000 pulls; regret as a share of that of random pulls:

    >>> from agents import Agent, ObservedOnly, BetaThompson
    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", Agent(BetaThompson(), ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 2)
    0.01
    """

    reads = ("item",)
    labels = "binary"

    def __init__(self, a: float = 1.0, b: float = 1.0, propensities: bool = False) -> None:
        self.a, self.b = number("a", a, above=True), number("b", b, above=True)
        self.propensities = propensities
        self._counts = Counts()

    def train(self, experience: Experience) -> None:
        """Add weighted examples to the counts."""
        if experience.refit:
            self._counts = self._counts.afresh()
        self._counts.add(experience)

    def predict(self, impressions: Impressions) -> Floats:
        """Return the posterior mean of each item, ``(r,)``."""
        return posterior_means(self._counts, self.a, self.b, impressions.item)

    def incremental(self) -> IncrementalPath | None:
        """Return the fast path, or None.

        It gives no propensities, and does not hold for subclasses, which may differ.
        """
        if type(self) is not BetaThompson or self.propensities:
            return None
        return _Incremental(self._counts, self.a, self.b)

    def policy(self) -> BetaThompsonPolicy:
        """Return a snapshot."""
        return BetaThompsonPolicy(self._counts.copy(), self.a, self.b, self.propensities)
