"""A random world with a random agent and seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from random import Random

from agents import After, Agent, Every, Never, ObservedOnly, Online
from agents.going_on import refits_and_adds
from sim.pipeline.guarded_correction import takes_model
from sim.ports import includes, labels_of
from sim.scenario import Scenario
from tests.contracts.shelves import CADENCES, CORRECTIONS, LEARNERS, drawn, has_parameter, make
from tests.properties.wider import MECHANISMS
from tests.properties.witness import Foreteller, QuickWitness, Whim, Witness
from tests.properties.worlds import world
from tests.support.corrections import Hopeful, Knowing, Sceptical

OMNISCIENT = [part for part in LEARNERS if getattr(make(part).policy(), "needs_truth", False)]
EXPECTING = [part for part in LEARNERS if hasattr(part, "predict")]
ASKING = [part for part in CORRECTIONS if takes_model(make(part).examples)]
GOING_ON = [part for part in CORRECTIONS if getattr(part, "goes_on", False)]
FADING = [part for part in LEARNERS if has_parameter(part, "forget")]


class StartsOver(After):
    """A cadence that counts feedback, and refits over a window each time."""

    def __init__(self, feedbacks, refit_window):
        super().__init__(feedbacks)
        self.refit_window = float(refit_window)


# besides those on the shelf, each made of a source of randomness and the length of a tick, in seconds
TRIGGERS = [
    *(partial(drawn, part) for part in CADENCES),
    lambda random, tick: StartsOver(1, random.choice([1, 3, 5, 20]) * tick),
    lambda random, tick: StartsOver(1, 2 * tick),
    lambda random, tick: StartsOver(random.randint(2, 4), random.choice([2, 5, 10]) * tick),
    lambda random, tick: Whim(float(2 * tick)),
]
SHIPS = [None, "in_place", "push"]


@dataclass(frozen=True)
class Case:
    """What to run; ``together`` says whether users who come at fixed times come at once."""

    scenario: Scenario
    agent: Agent
    seed: int
    replication: int
    together: bool


def learner(random, scenario, cadence):
    """Return a learner; most are witnesses, and all that start over at each feedback."""
    if isinstance(cadence, StartsOver) or random.random() < 0.6:
        return Witness()
    others = LEARNERS
    learnt = scenario.feedback.learnt
    worths = scenario.feedback.learn_from != "click" or learnt.value is not None or learnt.reversal is not None
    if worths and scenario.slate.size > 1:  # two slates may be the best
        others = [part for part in LEARNERS if part not in OMNISCIENT]
    return make(random.choice([part for part in others if takes(part, scenario)]))


def takes(part, scenario):
    """Return whether a part takes the labels of a world."""
    return scenario.feedback.learnt.value is None or labels_of(make(part)) == "real"


def correction(random, tick, fed, scenario, corrections=CORRECTIONS):
    """Return a correction whose labels a learner takes, often with durations that matter in a small world."""
    possible = [one for one in corrections if includes(labels_of(fed), labels_of(one, "makes"))]
    part = random.choice([one for one in possible if takes(one, scenario)])
    try:
        return drawn(part, random, tick) if random.random() < 0.8 else make(part)
    except ValueError:  # durations that are not possible together
        return make(part)


def case(number, mechanisms=()):
    """Return a case by its number; cadences take turns."""
    random = Random(number)
    ticks, scenario = world(random, mechanisms)
    cadence = TRIGGERS[number % len(TRIGGERS)](random, ticks.length)
    fed = learner(random, scenario, cadence)
    if scenario.platform.gate is not None and not hasattr(fed, "predict"):
        fed = Foreteller()
    fitting = GOING_ON if refits_and_adds(cadence) else CORRECTIONS
    agent = Agent(fed, correction(random, ticks.length, fed, scenario, fitting), cadence, random.choice(SHIPS))
    together = scenario.users.visits.every is not None and random.random() < 0.5
    replication = int(random.random() < 0.1)
    return Case(scenario, agent, random.choice([0, 1, 2**40]), replication, together)


def wider(number):
    """Return a case by its number, in a world with mechanisms besides: one in turn, others now and then."""
    random, names = Random(number), list(MECHANISMS)
    chosen = {names[number % len(names)]} | {name for name in names if random.random() < 0.25}
    return case(number, [MECHANISMS[name] for name in names if name in chosen])


def one_by_one(number):
    """Return a case by its number, with an agent that may be asked one by one."""
    return replace(case(number), agent=Agent(QuickWitness(), ObservedOnly(), Online()))


def by_model(number):
    """Return a case by its number, whose correction asks the learner what it expects, or is told the truth."""
    made, random = case(number), Random(number)
    cadence = made.agent.cadence
    cadence = Online() if isinstance(cadence, Never) or refits_and_adds(cadence) else cadence
    learner = make(random.choice(EXPECTING))
    chosen = random.choice([Sceptical, Knowing, Hopeful][: 2 if labels_of(learner) == "binary" else 3])()
    if random.random() < 0.6:
        chosen = correction(random, float(made.scenario.horizon // 20), learner, made.scenario, ASKING)
    return replace(made, agent=Agent(learner, chosen, cadence, made.agent.ship))


def thrifty(number):
    """Return a case by its number, whose refits are warm and have a budget."""
    made, random = case(number), Random(number)
    tick = max(float(made.scenario.horizon // 20), 1.0)
    budget = f"{random.choice([1, 3, 20])} per {tick:g}s" if random.random() < 0.8 else None
    cadence = Every(tick * random.choice([1, 2, 3]), tick * random.choice([2, 5, 30]), random.random() < 0.7, budget)
    fitting = [part for part in CORRECTIONS if getattr(part, "newest_last", False)]
    fed = Foreteller()
    agent = Agent(fed, correction(random, tick, fed, made.scenario, fitting), cadence, made.agent.ship)
    return replace(made, agent=agent)


def forgetful(number):
    """Return a case by its number, with a learner whose examples fade, and a cadence that lets it learn."""
    made, random = case(number), Random(number)
    learner = random.choice(FADING)(forget=made.scenario.horizon / random.choice([3, 30, 3000]))
    cadence = made.agent.cadence
    cadence = Online() if isinstance(cadence, Never | StartsOver) else cadence
    fitting = GOING_ON if refits_and_adds(cadence) else CORRECTIONS
    return replace(made, agent=Agent(learner, make(random.choice(fitting)), cadence, made.agent.ship))
