"""The decision that a report opens with: which setting, by how much, and what would change it."""

from dataclasses import replace

import numpy as np
import pytest

from sim.analysis.paired.comparison import compared
from sim.analysis.paired.contenders import Contender
from sim.analysis.paired.decisions import against
from sim.analysis.paired.planning import interval_needed
from sim.analysis.report.opening import opening
from sim.analysis.report.turning import turn_of
from sim.analysis.units import with_interval
from sim.score import Scores

NOISE = np.random.default_rng(3).standard_normal(20)
PUSH = "scenario.platform.push"


def contender(regret, spread=0.02, world="w", **settings):
    """Return a contender of so much regret, with noise of its own beside that of all."""
    own = np.random.default_rng(int(1e6 * regret) + len(settings)).standard_normal(20)
    values = {(0, n): float(regret + 0.05 * NOISE[n] + spread * own[n]) for n in range(20)}
    mean = float(np.mean(list(values.values())))
    scores = Scores({"regret/at_base_rate": mean})
    told = {"scenario": world, "learner": "a"} | {name.replace("__", "."): value for name, value in settings.items()}
    return Contender((), told, world, values, scores)


def test_the_best_is_chosen_and_told_by_how_much():
    first, second, third = contender(0.1), contender(0.2, learner="b"), contender(0.3, learner="c")
    found = compared([third, first, second])
    told = opening(found)
    assert told is not None
    assert told.sentence == "Choose a: the best of 3 at 95 % confidence."
    gap = against(second.regret, first.regret)
    assert told.difference == (
        f"The next, b, misses {with_interval(gap.behind, gap.half)} rewards a request more (paired difference of 20 "
        "replications, 95 % interval)."
    )
    assert told.changes == ("More replications are not expected to change it: they only make the interval narrower.",)


def test_what_is_open_is_called_undecided():
    found = compared([contender(0.1), contender(0.1005, learner="b"), contender(0.3, learner="c")])
    told = opening(found)
    assert told is not None
    first, second = (found.worlds[0].contenders[n] for n in found.worlds[0].order[:2])
    names = [str(one.settings["learner"]) for one in (first, second)]
    assert told.sentence == (
        f"Undecided: 2 of 3 may be the best at 95 % confidence ({'; '.join(names)}). If one has to be chosen now: "
        f"{names[0]}, which has the least regret so far."
    )
    assert told.difference.endswith("95 % interval; 0 is in it).")
    gap = against(second.regret, first.regret)
    low, high = interval_needed(gap.behind, gap.spread, 20, 0.05 / found.worlds[0].open)
    many = f"{low:,} to {high:,}" if high < 100_000 else f"{low:,} to more than"
    assert told.changes[0].startswith(f"More replications: {many}"[:30])


def test_with_few_replications_nobody_can_say():
    few = [replace(one, regret={pair: one.regret[pair] for pair in [(0, 0), (0, 1), (0, 2)]})
           for one in (contender(0.1), contender(0.101, learner="b"))]  # fmt: skip
    told = opening(compared(few))
    assert told is not None
    assert told.sentence.startswith("Undecided: all may be the best")
    assert told.changes[0] == "More replications: fewer than 6 do not tell how many would be enough."


def test_the_setting_that_would_change_it():
    """At a fast push b is best, at a slow one a: the push decides, and c never."""
    cells = {
        ("a", "1m"): 0.2,
        ("b", "1m"): 0.1,
        ("c", "1m"): 0.4,
        ("a", "6h"): 0.25,
        ("b", "6h"): 0.5,
        ("c", "6h"): 0.9,
    }
    found = compared([contender(regret, learner=name, **{PUSH: push}) for (name, push), regret in cells.items()])
    (world,) = found.worlds
    turn = turn_of(found, world)
    assert turn is not None
    assert (turn.key, turn.level) == (PUSH, "6h")
    assert (turn.kept.settings["learner"], turn.better.settings["learner"]) == ("b", "a")
    assert turn.gap.behind == pytest.approx(0.25, abs=0.02)
    told = opening(found)
    assert told is not None
    assert told.changes[1].startswith("The setting push: at 6h, a misses 0.247 ± 0.014 ")
    assert told.changes[1].endswith("rewards a request less than b.")


def test_a_choice_that_stays():
    cells = {("a", "1m"): 0.1, ("b", "1m"): 0.2, ("a", "6h"): 0.3, ("b", "6h"): 0.5}
    found = compared([contender(regret, learner=name, **{PUSH: push}) for (name, push), regret in cells.items()])
    assert turn_of(found, found.worlds[0]) is None
    told = opening(found)
    assert told is not None
    assert told.changes[1].startswith("No single setting of these runs changes it")


def test_over_several_worlds():
    def of(world, count, **regrets):
        more = {"scenario.users.count": count}
        return [contender(regret, world=world, learner=name, **more) for name, regret in regrets.items()]

    same = opening(compared([*of("w1", 5, a=0.1, b=0.3), *of("w2", 6, a=0.2, b=0.5)]))
    assert same is not None
    assert same.sentence == "Choose a: the best in all 2 worlds (95 % confidence each)."
    assert same.difference.startswith("Over all worlds the next, b, misses 0.25")
    assert same.changes == ()
    parts = opening(compared([*of("w1", 5, a=0.1, b=0.3), *of("w2", 6, a=0.2, b=0.5), *of("w3", 7, a=0.6, b=0.2)]))
    assert parts is not None
    assert parts.sentence == "It depends: a may be the best in 2 of 3 worlds (95 % confidence each), no other in more."
    assert parts.difference.startswith("Over all worlds the next, b, misses 0.03")
    assert parts.changes[0].startswith("Where it costs most (w3) it misses 0.397 ± 0.015 rewards a request more than b")
    assert parts.changes[1].startswith("The setting scenario: at ")
    assert "a misses" in parts.changes[1]


def test_worlds_in_which_several_may_be_best():
    cells = {"w1": {"a": 0.1, "b": 0.3}, "w2": {"a": 0.2, "b": 0.2005}}
    made = [
        contender(regret, world=world, learner=name) for world, own in cells.items() for name, regret in own.items()
    ]
    told = opening(compared(made))
    assert told is not None
    assert told.sentence == (
        "Choose a: it may be the best in all 2 worlds, and is the only one in 1 (95 % confidence each)."
    )
    assert told.changes == ("More replications: in 1 of 2 worlds more than one may be the best.",)


def test_nothing_to_choose():
    assert opening(compared([contender(0.1)])) is None
    unknown = [replace(contender(0.1, learner=name), scores=Scores()) for name in ("a", "b")]
    assert opening(compared(unknown)) is None
