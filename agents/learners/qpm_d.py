"""QPM-D: queues that spare a bandit rule its delays."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.described import Described
from agents.learners._rounds import Example, Rounds, checked, examples_of, first_shown
from agents.learners.beta_thompson import BetaThompson
from agents.learners.ucb1 import UCB1
from sim.ports import Experience, Impressions, Learner, Observations, Policy, Slates, Space, labels_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class WaitingPolicy:
    """A policy that shows one item before its rule's.

    Args:
        policy: of the rule.
        item: what the rule waits for; None lets it answer itself.
        known: ``(m,)`` the items among which it was chosen.
    """

    def __init__(self, policy: Any, item: int | None, known: Ints) -> None:
        self._policy, self._item, self._known = policy, item, known

    def act(self, observations: Observations) -> Slates:
        """Return the slates."""
        said = self._policy.act(observations)
        ids = observations.catalogue.ids
        if self._item is None or self._item not in ids or not np.isin(ids, self._known).all():
            return said if isinstance(said, Slates) else Slates(np.asarray(said))
        items = first_shown(np.asarray(getattr(said, "items", said)), self._item)
        predicted = np.stack([self.predict(observations, column) for column in items.T], axis=1)
        return Slates(items, np.ones(items.shape) if observations.size == 1 else None, predicted)

    def predict(self, observations: Observations, items: Ints) -> Floats:
        """Return what the rule expects; NaN for nothing."""
        said = getattr(self._policy, "predict", None)
        return np.full(len(items), np.nan) if said is None else said(observations, items)


class QPMD(Described):
    """QPM-D: queues per item that feed a bandit rule.

    The rule plays rounds of its own: it is fed the oldest outcome that waits in the queue of the item that it would
    show, shows the next, and so on, until the queue of its choice is empty. This item is then shown first to everybody
    until an outcome of it comes. So the rule sees the plain bandit protocol, one outcome for each of its choices. With
    item i shown T times, the rule fed T' outcomes of it and at most G* of its outcomes under way at once,
    ``0 <= T - T' <= G*`` on every path, and the regret is at most that of the rule without delay plus the sum of
    ``gap E[G*]``.

    Of the delay it assumes nothing. But one item is shown while its outcomes are under way, and what comes of others
    waits until the rule asks for it: mean regret grows with the number of requests within a delay.

    Rounds are over items without features; where items retire, over those that were ever shown, and while there is one
    that never was, the rule answers for itself. A randomised rule draws, in its rounds, from keys of what it was fed.
    Other positions of a slate are the rule's. What was fed cannot be taken back.

    Cost: a training and a call of the rule for each outcome; the outcomes that wait are kept.

    Args:
        base: the rule, untrained; `UCB1` if None.

    Source: Joulani, György & Szepesvári 2013, *Online Learning under Delayed Feedback*, algorithm 2 and theorem 6
    (https://arxiv.org/abs/1306.0686).

    Three arms whose rewards arrive after every 1000 pulls; regret as a share of that of random pulls:

    >>> from agents import Agent, BetaThompson, ObservedOnly, QPMD
    >>> from sim import Scenario, simulate
    >>> arms = Scenario.load("bernoulli_bandit", {"horizon": "10000s"})
    >>> for learner in (BetaThompson(), QPMD(BetaThompson())):
    ...     run = simulate(arms, Agent(learner, ObservedOnly()), trace=False)
    ...     print(learner, round(run.summary["regret/normalised"], 2))
    BetaThompson() 0.11
    QPMD(base=BetaThompson()) 0.1
    """

    retracts = False
    tried_with = {"base": (UCB1(), BetaThompson())}  # noqa: RUF012

    def __init__(self, base: Learner | None = None) -> None:
        self.base: Any = checked(UCB1() if base is None else base, "QPMD")
        self._space: Space | None = None
        self._start()

    def _start(self) -> None:
        self._rounds = Rounds(self.base)
        self._queues: dict[int, deque[Example]] = {}
        self._seen: set[int] = set()
        self._item: int | None = None

    @property
    def labels(self) -> str:
        """The labels that the rule takes."""
        return labels_of(self.base)

    def begin(self, space: Space) -> None:
        """Take note of the items."""
        self._space = space

    def train(self, experience: Experience) -> None:
        """Put outcomes into queues; feed the rule from them.

        Raises:
            RuntimeError: the space is not known.
        """
        if self._space is None:
            raise RuntimeError("QPMD.begin(space) comes before train")
        if experience.refit:
            self._start()
        if self._space.turnover:
            self._meet(experience)
        for example in examples_of(experience.examples):
            item = example[0].item.item(example[1])
            if item >= experience.oldest_item:
                self._queues.setdefault(item, deque()).append(example)
        self._play(experience)

    def _meet(self, experience: Experience) -> None:
        oldest = experience.oldest_item
        for rows in (experience.news.served, experience.examples.impressions):
            self._seen.update(np.unique(rows.item).tolist())
        self._seen = {item for item in self._seen if item >= oldest}
        self._queues = {item: queue for item, queue in self._queues.items() if item >= oldest}

    def _known(self) -> Ints:
        if self._space is None or not self._space.turnover:
            return np.arange(0 if self._space is None else self._space.items)
        return np.array(sorted(self._seen), dtype=np.int64)

    def _play(self, experience: Experience) -> None:
        """Let the rule play until it waits for an outcome."""
        ids = self._known()
        while len(ids):
            self._item = self._rounds.choice(ids, experience.cutoff)
            if not (queue := self._queues.get(self._item)):
                return
            self._rounds.feed(queue.popleft(), experience)

    def predict(self, impressions: Impressions) -> Floats:
        """Return what the rule expects; NaN for nothing."""
        return self._rounds.predict(impressions)

    def policy(self) -> Policy:
        """Return a snapshot."""
        return WaitingPolicy(self._rounds.policy(), self._item, self._known())
