"""``delaylab preview``: describe a scenario in numbers."""

from __future__ import annotations

import argparse
import math
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sim.analysis.estimate import estimate, expected_requests
from sim.choices.language import described
from sim.lab.base.console import out, print_message
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
    """Print the scenario and its key numbers."""
    scenario, agent = Scenario.load(options.file), agent_named(options.agent)
    present, absent = split(scenario.plain())
    print(yaml.safe_dump(present, sort_keys=False, allow_unicode=True, width=100))
    if absent:
        print(f"absent: {', '.join(absent)}\n")
    print_message([f"warning: {line}" for line in scenario.warnings()])
    _numbers(scenario)
    _needs(scenario, agent, options.agent)
    return 0


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


def _needs(scenario: Scenario, agent: Agent, name: str) -> None:
    """Print what a run needs, also with few users."""
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
    """Return a time rounded to one digit.

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
    for name, (words, law) in laws(scenario).items():
        table.add_row(f"{name}: {words}", *_cells(law))
        if name == "training" and scenario.platform.training.per_example:
            what, cost = price(scenario, requests)
            table.add_row(what, *_cells(law, cost))
    out().print(table)


def _cells(law: Law, more: float = 0.0) -> tuple[str, str, str, str]:
    """Return median, p95, mean and never-share of a law.

    ``more`` seconds are added to each time.
    """
    never = 1.0 - delivered_share(law, 1e15)
    times = [span(None if time is None else time + more) for time in (quantile(law, 0.5), quantile(law, 0.95))]
    return times[0], times[1], _mean(law, more), f"{never:.1%}" if never > 1e-9 else ""


def price(scenario: Scenario, requests: float) -> tuple[str, float]:
    """Return a training's examples in words, and its seconds.

    The examples are those of a day, or of a shorter run.

    Args:
        scenario: a scenario whose trainings have a cost per example.
        requests: expected number until the horizon.
    """
    each, long = scenario.platform.training.per_example, min(scenario.horizon, 86400.0)
    examples = requests * scenario.slate.size * long / scenario.horizon
    return f"training on {span(long)} of impressions: {digits(examples)} at {span(each)} each", examples * each


def laws(scenario: Scenario) -> dict[str, tuple[str, Law]]:
    """Return every law of a scenario, text and object.

    Keys say what takes the time.
    """
    written, feedback, platform = scenario.plain(), scenario.feedback, scenario.platform
    found = {"click": (written["feedback"]["click"]["delay"], feedback.click.delay)}
    if feedback.conversion is not None:
        found["conversion"] = (written["feedback"]["conversion"]["delay"], feedback.conversion.delay)
    found["ingest"] = (written["platform"]["ingest"], platform.ingest)
    found["training"] = (written["platform"]["training"]["fixed"], platform.training.fixed)
    return found | {"push": (written["platform"]["push"], platform.push)}


def _mean(law: Law, more: float) -> str:
    return span(law.delivered_mean + more) if math.isfinite(law.delivered_mean) else "infinite"
