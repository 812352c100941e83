"""Several agents in one world leave the traces of the naive model, bit for bit, in random small worlds."""

from random import Random

import numpy as np
import pytest

from sim.draws import Stream, root, uniform
from sim.simulation import simulate
from tests.properties import scores
from tests.properties.cases import case, wider
from tests.properties.test_same_trace import SURE, WORLDS, patched, same_tables
from tests.reference import simulate_variants_naively

NAMES = ["a", "b", "c"]


def agents_of(number, world):
    """Return two or three agents whose labels fit a world; two may be the same."""
    random = Random(number)
    others = [of_scale(random, world.scenario.horizon) for _ in range(random.choice([1, 2]))]
    if world.scenario.platform.gate is not None:  # who predicts nothing is refused
        others = [world]
    return dict(zip(NAMES, [world.agent, *(other.agent for other in others)], strict=False))


def of_scale(random, horizon):
    """Return a case of about this horizon: cadences of other scales look millions of times, or never."""
    while not horizon / 8 <= (other := case(random.randrange(1000))).scenario.horizon <= 8 * horizon:
        pass
    return other


def check(number, of):
    world, random = of(number), Random(-number)
    agents = agents_of(number, world)
    shares = [random.choice([1, 2]) for _ in agents]
    split = {name: share / sum(shares) for name, share in zip(agents, shares, strict=True)}
    log = random.choice(["own", "shared"])
    how = {"split": split, "log": log, "seed": world.seed}
    with patched(SURE):
        run = simulate(world.scenario, agents, trace=True, **how)
        found = simulate_variants_naively(
            world.scenario, agents.values(), list(split.values()), log == "shared", world.seed
        )
        for block in (1, 7):
            other = simulate(world.scenario, agents, block=block, **how)
            assert other.fingerprint == run.fingerprint
            assert other.summary == run.summary
    everybody = np.arange(world.scenario.users.count)
    draws = uniform(root(world.seed, 0, Stream.VARIANT), everybody)
    of_user = np.searchsorted(np.cumsum(list(split.values()))[:-1], draws, side="right")
    for place, (name, trace) in enumerate(zip(agents, found, strict=True)):
        same_tables(Part(run, name), trace)
        users = int((of_user == place).sum())
        own = {key.removeprefix(f"{name}/"): value for key, value in run.summary.items() if key.startswith(f"{name}/")}
        if users:
            scores.fit(own, trace, world.scenario)


class Part:
    """The tables of one variant."""

    def __init__(self, run, name):
        for table in ("requests", "impressions", "versions"):
            frame = getattr(run, table)
            setattr(self, table, frame[frame.variant == name].reset_index(drop=True) if len(frame) else frame)


@pytest.mark.parametrize("number", range(1, 1 + min(2, WORLDS // 4)))
def test_they_agree(number):
    check(number, case)


@pytest.mark.parametrize("number", range(min(3, WORLDS // 2)))
def test_they_agree_in_wider_worlds(number):
    check(number, wider)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 220, 20))
def test_they_agree_in_many_more(first):
    for number in range(first, first + 20):
        check(number, wider)


@pytest.mark.long
@pytest.mark.parametrize(
    ("number", "log"),
    [
        *zip(range(4), ["own", "shared"] * 2, strict=True),
        *(pytest.param(*one, marks=pytest.mark.slow) for one in zip(range(4), ["shared", "own"] * 2, strict=True)),
    ],
)
def test_a_variant_alone_is_a_plain_run(number, log):
    world = wider(number)
    alone = simulate(world.scenario, {"only": world.agent}, seed=world.seed, split={"only": 1.0}, log=log, trace=True)
    plain = simulate(world.scenario, world.agent, seed=world.seed, trace=True)
    assert alone.fingerprint == plain.fingerprint
    assert alone.summary == {f"only/{name}": value for name, value in plain.summary.items()}
    for table in ("requests", "impressions", "versions", "curve"):
        ours, theirs = getattr(alone, table), getattr(plain, table)
        if len(theirs):
            assert ours.variant.unique().tolist() == ["only"]
            assert ours.drop(columns="variant").equals(theirs)
