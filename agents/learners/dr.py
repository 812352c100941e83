"""DR: doubly robust off-policy learning around a regression."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.learners.composed import Composed
from agents.learners.estimates import predictions
from agents.learners.inverse_propensity import importance, needs_real
from agents.learners.known_items import KnownItems
from agents.learners.linucb import LinUCB
from agents.learners.ridge import RidgeRanker
from agents.parameters import number
from sim.ports import Examples, Experience, Impressions, Learner, Policy, Space, child, fresh_copy, uniform

Floats = NDArray[np.float64]
_ROWS = 1 << 14  # examples that are turned into rows together
_KEPT = ("request_at", "user", "visit", "position", "user_features", "delivered_at", "closes_at")


class DR(Composed):
    """Doubly robust off-policy learning.

    A first copy of the base, the direct model q, is trained on the examples as they are. A second one learns, for every
    example (context x, item A shown with propensity p, outcome y) and each of some candidates a, the outcome

        ``q(x, a) + [a = A] rho C (y - q(x, A))``,  ``rho = min(clip, 1 / (m p))``

    with weight 1/C for C candidates and m items. Its target is right if either the propensities or q are. The second
    term becomes two more rows, y with weight rho and q(x, A) with weight -rho, so the base must take rows back and
    learn from real labels. Candidates are the items that the examples have shown and that are alive at the cutoff; of
    more than ``candidates`` so many are drawn with replacement, by keys of user and visit. An example cannot be taken
    back: q has changed since. It acts as its base does, and needs propensities as `IPS` does. Of the delay it assumes
    what the correction does. Cost: ``candidates + 3`` rows for each example.

    Args:
        base: a linear learner such as `RidgeRanker`, the default.
        clip: the highest weight of a residual, above 0.
        candidates: items that each example stands for, at least 1.

    Raises:
        ValueError: the base takes nothing back, or binary labels only.

    Source: Dudík, Langford & Li 2011 (https://arxiv.org/abs/1103.4601).

    Two days of a small news feed, refitted every six hours; regret as a share of that of random slates:

    >>> from agents import DR, Agent, Every, RidgeRanker, Softmax
    >>> from sim import Scenario, simulate
    >>> world = Scenario.load("news_feed", {"users.count": 100, "horizon": "1d", "users.shifts": []})
    >>> agent = Agent(Softmax(DR(RidgeRanker()), temperature=0.02), cadence=Every("6h"))
    >>> round(simulate(world, agent, trace=False).summary["regret/normalised"], 1)
    0.9
    """

    retracts: ClassVar[bool] = False
    tried_with: ClassVar[dict[str, tuple[type, ...]]] = {"base": (RidgeRanker, LinUCB)}

    def __init__(self, base: Learner | None = None, clip: float = 10.0, candidates: int = 10) -> None:
        super().__init__(base or RidgeRanker())
        needs_real("DR", self.base)
        self.clip = number("clip", clip, above=True)
        self.candidates = int(number("candidates", candidates, least=1.0))
        self._direct: Any = fresh_copy(self.base)
        self._known = KnownItems()
        self._items: int | None = None

    @property
    def reads(self) -> tuple[str, ...] | None:
        """The columns that it and its base read."""
        return self._columns("propensity", "item_features", "item", *_KEPT)

    def begin(self, space: Space) -> None:
        """Set up both models for the shape of the world."""
        super().begin(space)
        if begin := getattr(self._direct, "begin", None):
            begin(space)
        self._items = space.items

    def train(self, experience: Experience) -> None:
        """Train the direct model, then the base on its rows."""
        if self._items is None:
            raise RuntimeError("begin(space) was never called")
        if experience.refit:
            self._known = KnownItems()
        self._direct.train(experience)
        news = experience.news
        for part in experience.examples.parts(_ROWS):
            self._known.add(part.impressions, experience.oldest_item)
            rows = self._rows(part) if len(part) else part
            self.base.train(replace(experience, news=news, examples=rows))
            news = replace(news, refit=False)  # the parts after the first are added

    def _rows(self, examples: Examples) -> Examples:
        """Return the rows that the base learns of examples."""
        shown, weight = examples.impressions, examples.weight
        assert self._items is not None
        each, count = self._candidates(shown)
        q, q_shown = predictions(self._direct, each), predictions(self._direct, shown)
        rho = weight * importance(shown, self._items, self.clip)
        labels = [q, examples.label, q_shown]
        weights = [np.repeat(weight / count, count), rho, -rho]
        label, weight = np.concatenate(labels), np.concatenate(weights)
        unknown = np.isnan(label)
        return Examples(
            Impressions.join([each, shown, shown]), np.where(unknown, 0.0, label), np.where(unknown, 0.0, weight)
        )

    def _candidates(self, shown: Impressions) -> tuple[Impressions, int]:
        """Return the candidates of impressions, and how many of each."""
        many = len(self._known.ids)
        if many <= self.candidates:
            count, places = many, np.tile(np.arange(many), len(shown))
        else:
            count = self.candidates
            keys = child(child(child(np.uint64(0), shown.user), shown.visit), shown.position)
            places = (uniform(keys[:, None], np.arange(count)) * many).astype(np.int64).ravel()
        columns = {name: np.repeat(getattr(shown, name), count, axis=0) for name in _KEPT}
        columns |= {"item": self._known.ids[places], "item_features": self._known.features[places]}
        return Impressions.of(columns), count

    def policy(self) -> Policy:
        """Return a snapshot of the base."""
        policy: Policy = self.base.policy()
        return policy
