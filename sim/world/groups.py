"""Groups of users with settings of their own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, root, uniform
from sim.scenario import Scenario
from sim.scenario.groups import Group
from sim.stable_math import logit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Groups:
    """The group of each user, and what it changes.

    Who belongs to which is drawn by user. Groups are taken in the order of their names, so that their order in a file
    changes nothing. Without groups all users are of one, which changes nothing.

    Args:
        scenario: the world.
        seed: the run's seed.
        replication: its replication.
        users: number of users.

    Attributes:
        delay: ``(users,)`` factor of drawn delays; None where it is 1 for all.
        visits: ``(users,)`` factor of the visit rate; likewise.
        offset: ``(users,)`` what is added to the utility of all items; None where it is 0 for all.
        indicators: ``(users, k)`` 1 in the column of the user's group, else 0; no columns where agents do not see it.
    """

    def __init__(self, scenario: Scenario, seed: int, replication: int, users: int) -> None:
        groups = [scenario.users.groups[name] for name in sorted(scenario.users.groups)]
        if not groups:
            self.delay = self.visits = self.offset = None
            self.indicators = np.zeros((users, 0))
            return
        until = np.add.accumulate([group.share for group in groups])[:-1]
        place = uniform(root(seed, replication, Stream.GROUP), np.arange(users))
        self._member = np.searchsorted(until, place, side="right")
        self.delay = self._of_each([group.delay for group in groups], 1.0)
        self.visits = self._of_each([group.visits for group in groups], 1.0)
        self.offset = self._of_each([_offset(scenario, group) for group in groups], 0.0)
        seen = len(groups) if scenario.users.observed.group else 0
        self.indicators = np.eye(len(groups))[:, :seen].take(self._member, axis=0)

    def _of_each(self, settings: list[float], usual: float) -> Floats | None:
        """Return the setting of each user's group.

        None where all are the usual one.
        """
        if all(setting == usual for setting in settings):
            return None
        return np.array(settings, dtype=np.float64).take(self._member)


def _offset(scenario: Scenario, group: Group) -> float:
    """Return what a group's click rate adds to utilities.

    Its difference from the scenario's number; all of it, in log odds, where that is a law over items.
    """
    rate, base = group.click_rate, scenario.items.click_rate
    if rate is None:
        return 0.0
    if not isinstance(base, float):
        return float(logit(np.array(rate)))
    if scenario.slate.link == "identity":
        return rate - base
    return float(logit(np.array(rate)) - logit(np.array(base)))
