"""QPM-D against a naive program, its identity on every path, and its cost."""

from math import log, sqrt

import numpy as np
import pytest

from agents import KLUCB, QPMD, UCB1, Agent, BetaThompson, LinUCB, ObservedOnly
from sim import simulate
from tests.claims._waiting import most_waiting
from tests.claims._worlds import world
from tests.support.rounds import played, simulated

RATES, ROUNDS = (0.6, 0.5, 0.3), 200


def naive():
    """Return Joulani's algorithm around UCB1, which takes note of the outcomes that it has been handed."""
    queues, pulls, wins, read = [[], [], []], [0] * 3, [0] * 3, [0]

    def choice():
        if 0 in pulls:
            return pulls.index(0)
        index = [w / n + sqrt(2 * log(sum(pulls)) / n) for n, w in zip(pulls, wins, strict=True)]
        return index.index(max(index))

    def rule(now, known):
        for pull in known[read[0] :]:
            queues[pull.arm].append(pull.paid)
        read[0] = len(known)
        while queues[choice()]:
            arm = choice()
            wins[arm] += queues[arm].pop(0)
            pulls[arm] += 1
        return choice()

    return rule


@pytest.mark.parametrize("delay", [0, 1, 30])
def test_every_round_is_that_of_the_algorithm(delay):
    assert simulated(QPMD(UCB1()), RATES, ROUNDS, delay) == played(naive(), RATES, ROUNDS, delay)


class Watched(QPMD):
    """A wrapper that is not copied for a run, so that it can be asked afterwards."""

    tried_with = QPMD.tried_with

    def __deepcopy__(self, memo):
        return self


def paths():
    """Yield each rule with each delay; make test tries three of the pairs."""
    delays = ["geometric(mean=20s)", "pareto(shape=1.2, minimum=2s)", "released(every=50s)"]
    for m, base in enumerate([UCB1(), KLUCB(), BetaThompson()]):
        for n, delay in enumerate(delays):
            yield pytest.param(base, delay, marks=[] if m == n else pytest.mark.slow)


@pytest.mark.long
@pytest.mark.parametrize(("base", "delay"), list(paths()))
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_on_every_path_no_more_waits_than_was_under_way(base, delay, seed):
    """0 <= T_i - T'_i <= G*_i, the base fed T'_i of the T_i plays of arm i."""
    learner = Watched(base)
    scenario = world(ROUNDS, items={"click_rates": list(RATES)}, feedback__click__delay=delay)
    run = simulate(scenario, Agent(learner, ObservedOnly()), seed=seed)
    played = np.bincount(run.impressions.item, minlength=3)
    fed = (
        learner._rounds._base._counts
        if hasattr(learner._rounds._base, "_counts")
        else learner._rounds._base._statistics
    )
    waiting = played - fed.of(np.arange(3))[0]
    assert (waiting >= 0).all()
    assert (waiting <= most_waiting(run, len(RATES))).all()
    assert fed.total > 50


@pytest.mark.slow
def test_a_delay_costs_no_more_than_the_theorem_says():
    """Regret grows by no more than the sum of gap x E[G*], for Thompson sampling too."""
    gaps, late, early = np.max(RATES) - np.array(RATES), [], []
    for seed in range(30):
        for delay, into in (("geometric(mean=20s)", late), ("constant(0s)", early)):
            scenario = world(1000, items={"click_rates": list(RATES)}, feedback__click__delay=delay)
            into.append(simulate(scenario, Agent(QPMD(BetaThompson()), ObservedOnly()), seed=seed))
    extra = np.array([a.summary["regret/total"] - b.summary["regret/total"] for a, b in zip(late, early, strict=True)])
    allowed = np.mean([gaps @ most_waiting(run, len(RATES)) for run in late])
    assert extra.mean() - 3 * extra.std() / np.sqrt(30) <= allowed


def test_a_rule_that_needs_features_is_refused():
    with pytest.raises(TypeError, match="rule of items without features"):
        QPMD(LinUCB())
    with pytest.raises(TypeError, match="expected a learner"):
        QPMD("ucb1")
