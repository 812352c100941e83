"""``delaylab preview``: what a scenario means, in numbers, before it is run."""

from __future__ import annotations

import argparse
import math
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sim.analysis.estimate import estimate, expected_requests
from sim.choices.language import described
from sim.lab.base.console import complain, out
from sim.lab.entry.named_agents import agent_named
from sim.lab.report.units import digits, span
from sim.laws.quantiles import delivered_share, quantile
from sim.lazy import lazy
from sim.scenario import Scenario, ScenarioError

if TYPE_CHECKING:
    import rich.table as rich_table
    import yaml

    from agents import Agent
    from sim.laws import Law
    from sim.scenario import Scenario
else:
    yaml = lazy("yaml")
    rich_table = lazy("rich.table")

HELP = "show what a scenario means: keys with their defaults, expected requests, time and memory of a run, delays"
FEW = 300  # users of the small version


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", metavar="FILE", help="a path, or the name of a scenario that ships")
    parser.add_argument(
        "--agent", default="linucb_online", metavar="NAME", help="whose run is estimated (linucb_online)"
    )


def main(options: argparse.Namespace) -> int:
    """Print the whole scenario and its key numbers."""
    scenario, agent = Scenario.load(options.file), agent_named(options.agent)
    present, absent = split(scenario.plain())
    print(yaml.safe_dump(present, sort_keys=False, allow_unicode=True, width=100))
    if absent:
        print(f"absent: {', '.join(absent)}\n")
    complain([f"warning: {line}" for line in scenario.warnings()])
    _numbers(scenario)
    _needs(scenario, agent, options.agent)
    return 0


def split(content: dict[str, Any], above: str = "") -> tuple[dict[str, Any], list[str]]:
    """Return the content of a scenario without the keys that are absent, and these keys, dotted.

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


def _needs(scenario: Scenario, agent: Agent, name: str) -> None:
    """Print what a run needs, and one of a few users."""
    versions = {"this scenario": scenario}
    if scenario.users.count > FEW:
        with suppress(ScenarioError):
            versions[f"with scenario.users.count={FEW}"] = Scenario.load(scenario, {"users.count": FEW})
    table = rich_table.Table(header_style="bold")
    for heading in (f"about, with agent={name}", "requests", "wall time", "memory"):
        table.add_column(heading, justify="right" if table.columns else "left")
    for words, world in versions.items():
        need = estimate(world, agent)
        table.add_row(words, digits(need.requests), _roughly(need.seconds), f"{digits(need.memory / 2**20)} MiB")
    out().print(table)


def _roughly(seconds: float | None) -> str:
    """Return a time that is known to one digit.

    >>> _roughly(4100.0), _roughly(0.2), _roughly(95.0)
    ('1 h', '1 s', '2 min')
    """
    if seconds is None:
        return "-"
    number, unit = span(max(seconds, 1.0)).split()
    digit = float(f"{float(number.replace(',', '')):.1g}")
    return f"{digit:g} {unit}"


def _numbers(scenario: Scenario) -> None:
    requests = expected_requests(scenario)
    print(f"expected requests     {digits(requests)} over {span(scenario.horizon)}")
    print(f"expected impressions  {digits(requests * scenario.slate.size)}")
    print(f"choice                {scenario.slate.choice.name}")
    for key, value, meaning in described(scenario.slate.choice):
        print(f"  {key} = {value}  {meaning}".rstrip())
    table = rich_table.Table(header_style="bold")
    for heading in ("what takes time", "median", "p95", "mean", "never"):
        table.add_column(heading, justify="left" if heading == "what takes time" else "right")
    for name, (told, law) in laws(scenario).items():
        table.add_row(f"{name}: {told}", *_cells(law))
        if name == "training" and scenario.platform.training.per_example:
            words, cost = price(scenario, requests)
            table.add_row(words, *_cells(law, cost))
    out().print(table)


def _cells(law: Law, more: float = 0.0) -> tuple[str, str, str, str]:
    """Return median, p95, mean and share of never of a law, each time with so many seconds more."""
    never = 1.0 - delivered_share(law, 1e15)
    times = [span(None if time is None else time + more) for time in (quantile(law, 0.5), quantile(law, 0.95))]
    return times[0], times[1], _mean(law, more), f"{never:.1%}" if never > 1e-9 else ""


def price(scenario: Scenario, requests: float) -> tuple[str, float]:
    """Return what a day (or a shorter run) brings to a training, in words, and the seconds that reading it costs.

    Args:
        scenario: one whose trainings cost something per example.
        requests: expected until the horizon.
    """
    each, long = scenario.platform.training.per_example, min(scenario.horizon, 86400.0)
    examples = requests * scenario.slate.size * long / scenario.horizon
    return f"training on {span(long)} of impressions: {digits(examples)} at {span(each)} each", examples * each


def laws(scenario: Scenario) -> dict[str, tuple[str, Law]]:
    """Return every law of a scenario by what it is the time of: as it is written, and itself."""
    told, feedback, platform = scenario.plain(), scenario.feedback, scenario.platform
    found = {"click": (told["feedback"]["click"]["delay"], feedback.click.delay)}
    if feedback.conversion is not None:
        found["conversion"] = (told["feedback"]["conversion"]["delay"], feedback.conversion.delay)
    found["ingest"] = (told["platform"]["ingest"], platform.ingest)
    found["training"] = (told["platform"]["training"]["fixed"], platform.training.fixed)
    return found | {"push": (told["platform"]["push"], platform.push)}


def _mean(law: Law, more: float) -> str:
    return span(law.delivered_mean + more) if math.isfinite(law.delivered_mean) else "infinite"
