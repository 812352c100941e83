"""BOLD: copies of a bandit rule that wait."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.described import Described
from agents.learners._rounds import Example, Rounds, checked, examples_of
from agents.learners.beta_thompson import BetaThompson
from agents.learners.ucb1 import UCB1
from sim.ports import Experience, Impressions, Learner, Observations, Slates, Space, labels_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Turns:
    """The turns of requests since a version was trained.

    Each request has a turn of its own: with one user the requests count up, with more of them each user has every
    n-th turn. Only who has arrived since that version shares turns with others.

    Args:
        users: n.
    """

    def __init__(self, users: int) -> None:
        self._users, self._seen = users, np.zeros(users, dtype=np.int64)

    def of(self, user: Ints, visit: Ints) -> Ints:
        """Return the turns of requests, ``(n,)``."""
        return (visit - self._room(user)._seen[user]) * self._users + user

    def after(self, user: Ints, visit: Ints) -> Turns:
        """Return the turns of requests after those served."""
        other = Turns(max(self._users, int(user.max(initial=-1)) + 1))
        other._seen = self._room(user)._seen.copy()
        np.maximum.at(other._seen, user, visit + 1)
        return other

    def _room(self, user: Ints) -> Turns:
        more = int(user.max(initial=-1)) + 1 - len(self._seen)
        other = Turns(self._users)
        other._seen = np.append(self._seen, np.zeros(more, dtype=np.int64)) if more > 0 else self._seen
        return other


class CopiesPolicy:
    """A policy whose requests are answered by a copy each.

    Args:
        copies: their policies.
        free: the copies without an outcome under way, in order.
        untrained: the policy of a copy that is new.
        turns: which turn a request has since this version was trained.
    """

    def __init__(self, copies: list[Any], free: list[int], untrained: Any, turns: Turns) -> None:
        self._copies, self._untrained, self._turns = copies, untrained, turns
        self._free = [copies[copy] for copy in free]

    def act(self, observations: Observations) -> Slates:
        """Return the slates of the copies whose turn it is."""
        items = np.empty((len(observations), observations.size), dtype=np.int64)
        turns = np.clip(self._turns.of(observations.user, observations.visit), 0, len(self._free))
        for turn in np.unique(turns).tolist():
            rows: Any = np.flatnonzero(turns == turn)
            said = [*self._free, self._untrained][turn].act(observations.take(rows))
            items[rows] = getattr(said, "items", said)
        return Slates(items, None, np.stack([self.predict(observations, column) for column in items.T], axis=1))

    def predict(self, observations: Observations, items: Ints) -> Floats:
        """Return what the copies expect together."""
        asked = [policy for policy in self._copies or [self._untrained] if hasattr(policy, "predict")]
        if not asked:
            return np.full(len(items), np.nan)
        return together([policy.predict(observations, items) for policy in asked])


def together(expected: list[Floats]) -> Floats:
    """Return the mean of what copies expect.

    Those that know nothing are left out.

    >>> together([np.array([0.0, np.nan]), np.array([1.0, np.nan])]).tolist()
    [0.5, nan]
    """
    values = np.stack(expected)
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


class BOLD(Described):
    """BOLD: copies of a bandit rule, each with its wait.

    A copy makes one choice and makes no other until the outcome of it is known: so each sees the plain bandit protocol,
    on its share of the requests. A request is answered by the first copy that is free, or by a new one.

    Acting changes nothing: which copy answers follows from the version and from the user and visit of the request. A
    version knows which copies were free when it was trained; the first request since gets the first of them, the second
    the second, and so on, by the user's visits since. The next training reads in the log which requests there were,
    finds their copies in the same way, and notes them as waiting. This takes an agent that updates in place: of pushed
    versions the log does not say which answered. With one user there are at most ``G* + 1`` copies, G* being the most
    outcomes under way at once; with n of them each user has every n-th turn, and copies are many and know little.

    Of the delay it assumes nothing; regret is at most ``(G* + 1) R(T / (G* + 1))`` where R is that of the rule. An
    outcome is one example; with ``correction=none`` a copy would hear only the assumed no. In a refit the requests are
    given out in order, by when their outcomes came. Propensities are not known, and what it expects of
    an item is the mean of its copies.

    Cost: a copy of the rule for each outcome under way.

    Args:
        base: the rule, untrained; `UCB1` if None.

    Source: Joulani, György & Szepesvári 2013, *Online Learning under Delayed Feedback*, algorithm 1
    (https://arxiv.org/abs/1306.0686).

    Three arms, each outcome known 20 requests later; regret as a share of that of random pulls:

    >>> from agents import Agent, BOLD, ObservedOnly
    >>> from sim import Scenario, simulate
    >>> arms = Scenario.load("bernoulli_bandit", {"horizon": "500s", "feedback.click.delay": "constant(20s)"})
    >>> round(simulate(arms, Agent(BOLD(), ObservedOnly()), trace=False).summary["regret/normalised"], 2)
    0.98
    """

    retracts = False
    tried_with = {"base": (UCB1(), BetaThompson())}  # noqa: RUF012

    def __init__(self, base: Learner | None = None) -> None:
        self.base: Any = checked(UCB1() if base is None else base, "BOLD")
        self._untrained = Rounds(self.base).policy()
        self._space: Space | None = None
        self._start(Turns(1))

    def _start(self, turns: Turns) -> None:
        self._copies: list[Rounds] = []
        self._waiting: dict[int, int] = {}  # from the number of an impression to its copy
        self._left: dict[int, int] = {}  # how many impressions a copy waits for
        self._end = 0  # impressions served
        self._turns = turns

    def save_state(self) -> dict[str, Any]:
        """Return the state without the policy of an untrained copy."""
        return {name: value for name, value in vars(self).items() if name != "_untrained"}

    @property
    def labels(self) -> str:
        """The labels that the rule takes."""
        return labels_of(self.base)

    def begin(self, space: Space) -> None:
        """Take note of the number of users."""
        self._space = space
        self._turns = Turns(space.users)

    def train(self, experience: Experience) -> None:
        """Note which copies wait, and feed those that need not.

        Raises:
            RuntimeError: the space is not known.
        """
        if self._space is None:
            raise RuntimeError("BOLD.begin(space) comes before train")
        served = experience.news.served
        if experience.refit:
            self._start(Turns(self._space.users))
            self._give_out_again(served)
        else:
            self._give_out(served)
        if len(served):
            self._turns = self._turns.after(served.user, served.visit)
        for example in examples_of(experience.examples):
            self._feed(example, experience)

    def _free(self) -> list[int]:
        return [copy for copy in range(len(self._copies)) if copy not in self._left]

    def _give_out(self, served: Impressions) -> None:
        """Find the copies that answered requests since the last training."""
        free, made = self._free(), len(self._copies)
        turns = self._turns.of(served.user, served.visit).tolist()
        for number, turn in zip(served.number.tolist(), turns, strict=True):
            self._wait(number, free[turn] if turn < len(free) else made + turn - len(free))

    def _give_out_again(self, served: Impressions) -> None:
        """Give requests to copies in order.

        A copy is free again when its outcome came.
        """
        under_way: list[tuple[float, int]] = []
        left: dict[int, int] = {}
        last, copy = None, 0
        columns = (served.request_at, served.user, served.visit, served.number, served.delivered_at)
        for at, user, visit, number, known in zip(*(column.tolist() for column in columns), strict=True):
            while under_way and under_way[0][0] <= at:
                _, done = heappop(under_way)
                left[done] -= 1
            if (user, visit) != last:
                copy = next(n for n in range(len(left) + 1) if not left.get(n))
                last = (user, visit)
            left[copy] = left.get(copy, 0) + 1
            heappush(under_way, (known, copy))
            self._wait(number, copy)

    def _wait(self, number: int, copy: int) -> None:
        self._waiting[number] = copy
        self._end = max(self._end, number + 1)
        self._left[copy] = self._left.get(copy, 0) + 1
        self._make(copy)

    def _make(self, copy: int) -> None:
        while len(self._copies) <= copy:
            self._copies.append(Rounds(self.base))

    def _feed(self, example: Example, experience: Experience) -> None:
        """Feed the copy that made an impression, once.

        The first copy is fed what was never served.
        """
        number = example[0].number.item(example[1])
        copy = self._waiting.pop(number, None)
        if copy is None:
            if 0 <= number < self._end:
                return
            self._make(0)
        elif self._left[copy] > 1:
            self._left[copy] -= 1
        else:
            del self._left[copy]
        self._copies[copy or 0].feed(example, experience)

    def predict(self, impressions: Impressions) -> Floats:
        """Return what the copies expect together."""
        copies = [*(self._copies[copy] for copy in self._free()), Rounds(self.base)]
        copies = self._copies or [Rounds(self.base)]
        return together([copy.predict(impressions) for copy in copies])

    def policy(self) -> CopiesPolicy:
        """Return a snapshot."""
        policies = [copy.policy() for copy in self._copies]
        return CopiesPolicy(policies, self._free(), self._untrained, self._turns)
