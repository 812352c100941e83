"""Matrix factorisation, with users and items folded in online."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.described import Described
from agents.learners.item_table import ItemTable
from agents.learners.slates import RandomPolicy, top
from agents.parameters import number
from sim.ports import (
    Examples,
    Experience,
    Impressions,
    Observations,
    Policy,
    Slates,
    Space,
    along_rows,
    child,
    cross,
    normal,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_ROWS = 1 << 16  # examples that are read together
_FIRST = 0.1  # standard deviation of an item's factors at first
_SEED = np.uint64(20)
_FACTORS, _BIAS, _SEEN = -2, -2, -1  # a row: factors up to the last two numbers, the bias, the examples seen


class MatrixFactorisationPolicy:
    """A policy that shows the highest estimates.

    Args:
        users: factors, bias and number of examples of each user, ``(users, k + 2)``.
        items: the same of items: differences from where they began.
        mean: of all outcomes.
    """

    def __init__(self, users: Floats, items: ItemTable, mean: float) -> None:
        self._users, self._items, self._mean = users, items, mean

    def _of_users(self, user: Ints) -> Floats:
        rows = self._users.take(user, axis=0, mode="clip")
        rows[user >= len(self._users)] = 0.0  # nothing is known of who has just arrived
        return np.column_stack([rows[:, :_FACTORS], rows[:, _BIAS] + self._mean, np.ones(len(rows))])

    def _of_items(self, item: Ints) -> Floats:
        rows = self._items.at(item)
        factors = rows[:, :_FACTORS] + beginnings(item, rows.shape[1] + _FACTORS)
        return np.column_stack([factors, np.ones(len(rows)), rows[:, _BIAS]])

    def estimates(self, observations: Observations) -> Floats:
        """Return the estimates of all items, ``(n, m)``."""
        return cross(self._of_users(observations.user), self._of_items(observations.catalogue.ids))

    def act(self, observations: Observations) -> Slates:
        """Return the slates with the highest estimates."""
        mean = self.estimates(observations)
        return top(observations, mean, mean)

    def predict(self, observations: Observations, items: Ints) -> Floats:
        """Return the estimates ``(n,)``."""
        return self.expected(observations.user, items)

    def expected(self, user: Ints, item: Ints) -> Floats:
        """Return the estimates of pairs of user and item, ``(n,)``."""
        return along_rows(np.add, self._of_users(user) * self._of_items(item))


def beginnings(item: Ints, factors: int) -> Floats:
    """Return the factors that items begin with, ``(n, factors)``.

    They are keyed by item id: an item never seen has them too.
    """
    return np.asarray(_FIRST * normal(child(_SEED, item)[:, None], np.arange(factors)))


class MatrixFactorisation(Described):
    """Matrix factorisation by stochastic gradient descent.

    The estimate is ``mean + user bias + item bias + user factors . item factors``. For an example with error e and
    weight w, each bias moves by ``rate w (e - ridge bias)``, each side's factors by ``rate w (e other - ridge own)``. A
    refit makes several passes over its examples, in their order; a warm one begins with the factors and biases of
    before, those of users and items too that its examples do not name. Where training adds what is new, users and items
    are folded in: each example makes the same number of steps for its user or its item alone, whichever has been seen
    less, and all others stay. A user never seen is estimated by the items' biases. It knows users by number and uses no
    features. It does not explore, and no example can be taken back; before the first one it shows random slates. Of the
    delay it assumes what the correction does. Cost: some ten microseconds for each step; memory of users x factors,
    copied where a version answers.

    Args:
        factors: k, at least 1.
        rate: step size, above 0.
        ridge: pull towards 0.
        passes: of a refit, and steps for each example that is new.

    Source: Koren, Bell & Volinsky 2009 (https://doi.org/10.1109/MC.2009.263); folding in, Rendle & Schmidt-Thieme 2008
    (https://doi.org/10.1145/1454008.1454047).

    Two days of a small news feed, refitted every six hours; regret as a share of that of random slates:

    >>> from agents import Agent, Every, MatrixFactorisation
    >>> from sim import Scenario, simulate
    >>> world = Scenario.load("news_feed", {"users.count": 100, "horizon": "2d", "users.shifts": []})
    >>> run = simulate(world, Agent(MatrixFactorisation(), cadence=Every("6h")), trace=False)
    >>> round(run.summary["regret/normalised"], 1)
    0.9
    """

    reads = ("user", "item")
    labels = "soft"  # steps for large ones overshoot and diverge
    retracts = False
    warms = True

    def __init__(self, factors: int = 8, rate: float = 0.05, ridge: float = 0.02, passes: int = 3) -> None:
        self.factors, self.passes = int(number("factors", factors, least=1.0)), int(number("passes", passes, least=1.0))
        self.rate, self.ridge = number("rate", rate, above=True), number("ridge", ridge)
        self._space: Space | None = None

    def begin(self, space: Space) -> None:
        """Set up the factors for the shape of the world."""
        self._space = space
        self._start_over()

    def _start_over(self) -> None:
        assert self._space is not None
        self._users = np.zeros((self._space.users, self.factors + 2))
        self._items = ItemTable(self.factors + 2)
        self._sum = self._weight = 0.0

    def _warm_up(self) -> None:
        """Keep factors and biases, not what was counted."""
        self._users[:, _SEEN] = 0.0
        self._items.zero(_SEEN)
        self._sum = self._weight = 0.0

    @property
    def _mean(self) -> float:
        return self._sum / self._weight if self._weight else 0.0

    def train(self, experience: Experience) -> None:
        """Fit a refit in passes; fold in what is new."""
        if self._space is None:
            raise RuntimeError("begin(space) was never called")
        if experience.warm:
            if not len(experience.examples):
                return
            self._warm_up()
        elif experience.refit:
            self._start_over()
        self._items.forget(experience.oldest_item)
        for part in experience.examples.parts(_ROWS):
            self._sum += float((part.weight * part.label).sum())
            self._weight += float(part.weight.sum())
        for _ in range(self.passes if experience.refit else 1):
            for part in experience.examples.parts(_ROWS):
                self._pass(part, folding=not experience.refit)

    def _make_room(self, user: Ints) -> None:
        """Add rows of users who arrived, some of them ahead."""
        last = int(user.max(initial=-1))
        if last >= len(self._users):
            more = max(last + 1, 2 * len(self._users)) - len(self._users)
            self._users = np.concatenate([self._users, np.zeros((more, self._users.shape[1]))])

    def _pass(self, examples: Examples, folding: bool) -> None:
        rows, mean = examples.impressions, self._mean
        self._make_room(rows.user)
        first = beginnings(rows.item, self.factors)
        each = zip(
            rows.user.tolist(), rows.item.tolist(), examples.label.tolist(), examples.weight.tolist(), strict=True
        )
        for (user, item, label, weight), began in zip(each, first, strict=True):
            moved, own = self._items.row(item), self._users[user]
            if moved is None:
                continue
            sides = (own[_SEEN] <= moved[_SEEN], moved[_SEEN] <= own[_SEEN]) if folding else (True, True)
            for _ in range(self.passes if folding else 1):
                self._step(own, moved, began, label - mean, self.rate * weight, sides)
            own[_SEEN] += 1.0
            moved[_SEEN] += 1.0

    def _step(
        self, own: Floats, moved: Floats, began: Floats, label: float, rate: float, sides: tuple[bool, bool]
    ) -> None:
        """Move a user, an item or both by one step."""
        p, q = own[:_FACTORS].copy(), moved[:_FACTORS] + began
        error = label - own.item(_BIAS) - moved.item(_BIAS) - float((p * q).sum())
        for side, factors, other, moves in ((own, p, q, sides[0]), (moved, q, p, sides[1])):
            if moves:
                side[_BIAS] += rate * (error - self.ridge * side[_BIAS])
                side[:_FACTORS] += rate * (error * other - self.ridge * factors)

    def _snapshot(self) -> MatrixFactorisationPolicy:
        return MatrixFactorisationPolicy(self._users.copy(), self._items.copy(), self._mean)

    def predict(self, impressions: Impressions) -> Floats:
        """Return the estimates of impressions, ``(r,)``.

        NaN before the first example.
        """
        if self._space is None or not self._weight:
            return np.full(len(impressions), np.nan)
        policy = MatrixFactorisationPolicy(self._users, self._items, self._mean)
        return policy.expected(impressions.user, impressions.item)

    def policy(self) -> Policy:
        """Return a snapshot; a random policy before the first example."""
        return self._snapshot() if self._space is not None and self._weight else RandomPolicy()
