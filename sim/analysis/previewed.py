"""A scenario in numbers as text: requests, delays, needs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sim.analysis.estimate import delays, estimate, expected_requests, training_of_a_day
from sim.analysis.report.columns import Part, Table, Whole, columns_of
from sim.analysis.units import digits, roughly, span
from sim.choices.language import described
from sim.laws import Law
from sim.laws.quantiles import delivered_share, quantile
from sim.scenario import Scenario, ScenarioError

if TYPE_CHECKING:
    from agents import Agent

_DELAYS = ("what takes time", "median", "p95", "mean", "never")
FEW = 300  # users of the small version


def split(content: dict[str, Any], above: str = "") -> tuple[dict[str, Any], list[str]]:
    """Separate the absent keys of a scenario, dotted.

    >>> split({"a": {"b": 1, "c": None}, "d": None})
    ({'a': {'b': 1}}, ['a.c', 'd'])
    """
    present: dict[str, Any] = {}
    absent: list[str] = []
    for key, value in content.items():
        if value is None:
            absent.append(f"{above}{key}")
        elif isinstance(value, dict):
            present[key], inner = split(value, f"{above}{key}.")
            absent += inner
        else:
            present[key] = value
    return present, absent


def parts(scenario: Scenario, agent: Agent, name: str) -> Iterator[Part]:
    """Yield key numbers, delays, and what a run needs.

    Args:
        scenario: the world.
        agent: whose run is estimated.
        name: of the agent.
    """
    yield from map(Whole, key_numbers(scenario))
    yield Table("", columns_of(_DELAYS, delay_rows(scenario), _DELAYS[:1]))
    headings = (f"about, with agent={name}", "requests", "wall time", "memory")
    yield Table("", columns_of(headings, needs(scenario, agent), headings[:1]))


def needs(scenario: Scenario, agent: Agent) -> Iterator[tuple[str, str, str, str]]:
    """Yield what a run needs, also with few users."""
    versions = {"this scenario": scenario}
    if scenario.users.count > FEW:
        with suppress(ScenarioError):
            versions[f"with scenario.users.count={FEW}"] = Scenario.load(scenario, {"users.count": FEW})
    for words, world in versions.items():
        need = estimate(world, agent)
        yield words, digits(need.requests), roughly(need.seconds), f"{digits(need.memory / 2**20)} MiB"


def key_numbers(scenario: Scenario) -> Iterator[str]:
    """Yield requests, impressions, and the choice model with its parameters."""
    requests = expected_requests(scenario)
    yield f"expected requests     {digits(requests)} over {span(scenario.horizon)}"
    yield f"expected impressions  {digits(requests * scenario.slate.size)}"
    yield f"choice                {scenario.slate.choice.name}"
    for key, value, meaning in described(scenario.slate.choice):
        yield f"  {key} = {value}"
        if meaning:
            yield f"    {meaning}"


def delay_rows(scenario: Scenario) -> Iterator[tuple[str, ...]]:
    """Yield name, median, p95, mean and never-share of each delay."""
    for name, (words, law) in delays(scenario).items():
        yield f"{name}: {words}", *_cells(law)
        if name == "training" and scenario.platform.training.per_example:
            length, examples, each = training_of_a_day(scenario, expected_requests(scenario))
            what = f"training on {span(length)} of impressions: {digits(examples)} at {span(each)} each"
            yield what, *_cells(law, examples * each)


def _cells(law: Law, more: float = 0.0) -> tuple[str, str, str, str]:
    """Return median, p95, mean (plus seconds) and never-share."""
    never = 1.0 - delivered_share(law, 1e15)
    median, p95 = (span(None if at is None else at + more) for at in (quantile(law, 0.5), quantile(law, 0.95)))
    mean = span(law.delivered_mean + more) if math.isfinite(law.delivered_mean) else "infinite"
    return median, p95, mean, f"{never:.1%}" if never > 1e-9 else ""
