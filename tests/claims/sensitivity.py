"""Which unknown turns the verdict: a model that is right once its first push is over."""

from __future__ import annotations

from scipy import stats

from agents import Agent, Every, Never
from sim import Run, simulate
from sim.analysis.sensitivity.ranges import Range
from sim.analysis.sensitivity.swings import FLIPS, NO, Swing, sensitivity
from sim.ports import Slates

from ._claim import TAIL, Claim, exact
from ._worlds import First, poisson, world

REPLICATIONS, HOURS, BEST, SURE, WORST = 10, 10.0, 0.8, 0.6, 0.2  # click rates of three items
Scores = dict[tuple[int, int], float]
_SOURCE = "regret of B = (best - worst) (1 h + push) / horizon, of A = best - sure"


class _Shows(First):
    """Shows an item; after its first training another one."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self._item, self._after = before, after

    def __deepcopy__(self, memo):
        return _Shows(self._item, self._after)

    def train(self, experience) -> None:
        """Change the item."""
        self._item = self._after

    def policy(self):
        """Return a frozen copy."""
        return _Shows(self._item, self._item)

    def act(self, observations) -> Slates:
        """Answer with the item."""
        return Slates(observations.catalogue.ids[[self._item]].repeat(len(observations))[:, None])


def _run(agent: Agent, push: str) -> Run:
    scenario = world(HOURS * 3600.0, items__click_rates=[WORST, SURE, BEST], platform__push=push, **poisson(0.1))
    return simulate(scenario, agent, replications=REPLICATIONS, trace=False)


def _scores(agent: Agent, push: str) -> Scores:
    run = _run(agent, push)
    return {(0, n): float(one["regret/at_base_rate"] or 0.0) for n, one in enumerate(run.replicates)}


def _swing(low: str, high: str, of: dict[str, tuple[Scores, Scores]]) -> Swing:
    """Return what a range of the push does to B against A; ``of`` has both for each push."""
    (found,) = sensitivity([Range("platform.push", low, high)], of[low], [(of[low], of[high])]).swings
    return found


def push() -> list[Claim]:
    """Both regrets are equal at a push of 10 h (best - sure) / (best - worst) - 1 h = 2 h 20 min: the verdict turns."""
    sure = _scores(Agent(_Shows(1, 1), cadence=Never()), "2h")  # A trains never: no push touches it
    late = Agent(_Shows(0, 2), cadence=Every("1h", refit_window=None))
    of = {push: (sure, _scores(late, push)) for push in ("1h", "2h", "160m", "4h")}
    wide = _swing("1h", "4h", of)
    theory = (BEST - WORST) * (4.0 - 1.0) / HOURS
    half = (wide.half or 0.0) * stats.t.ppf(1 - TAIL, REPLICATIONS - 1) / stats.t.ppf(0.975, REPLICATIONS - 1)
    swung = Claim("a push of 1 to 4 h moves B less A by", theory, wide.by, wide.by - half, wide.by + half, _SOURCE)
    turns = [_swing(*ends, of).turns for ends in (("2h", "160m"), ("1h", "2h"), ("160m", "4h"))]
    return [
        swung,
        exact("a push of 2 h to 2 h 40 min flips the verdict", 1.0, float(turns[0] == FLIPS), _SOURCE),
        exact("a push of 1 to 2 h does not", 1.0, float(turns[1] == NO), _SOURCE),
        exact("a push of 2 h 40 min to 4 h does not", 1.0, float(turns[2] == NO), _SOURCE),
    ]
