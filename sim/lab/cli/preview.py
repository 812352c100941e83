"""``delaylab preview``: describe a scenario in numbers."""

from __future__ import annotations

import argparse
import math
from contextlib import suppress
from typing import Any

import yaml

from agents import Agent
from sim.analysis.estimate import delays, estimate, expected_requests, training_of_a_day
from sim.analysis.units import digits, roughly, span
from sim.choices.language import described
from sim.lab.base.console import out, print_message
from sim.lab.cli._options import check_files, folder, write_file
from sim.lab.entry.api import agent_named
from sim.lab.report.charts import files
from sim.lab.report.charts import preview as chart
from sim.lab.report.text.tables import plain_table
from sim.laws import Law
from sim.laws.quantiles import delivered_share, quantile
from sim.scenario import Scenario, ScenarioError

HELP = "show what a scenario means: keys with their defaults, expected requests, time and memory of a run, delays"
FEW = 300  # users of the small version


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", metavar="FILE", help="a path, or the name of a scenario that ships")
    parser.add_argument(
        "--agent", default="linucb_online", metavar="NAME", help="whose run is estimated (linucb_online)"
    )
    parser.add_argument("--png", type=folder, metavar="FILE", help="draw its times and requests into this file instead")


def main(options: argparse.Namespace) -> int:
    """Print the scenario and its key numbers."""
    scenario, agent = Scenario.load(options.file), agent_named(options.agent)
    if options.png is not None:
        check_files(options.png)
        write_file(options.png, files.small_png(chart.draw(scenario)))
        return 0
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
    headings = (f"about, with agent={name}", "requests", "wall time", "memory")
    table = plain_table(headings, headings[:1])
    for words, world in versions.items():
        need = estimate(world, agent)
        table.add_row(words, digits(need.requests), roughly(need.seconds), f"{digits(need.memory / 2**20)} MiB")
    out().print(table)


def _numbers(scenario: Scenario) -> None:
    requests = expected_requests(scenario)
    print(f"expected requests     {digits(requests)} over {span(scenario.horizon)}")
    print(f"expected impressions  {digits(requests * scenario.slate.size)}")
    print(f"choice                {scenario.slate.choice.name}")
    for key, value, meaning in described(scenario.slate.choice):
        print(f"  {key} = {value}  {meaning}".rstrip())
    table = plain_table(("what takes time", "median", "p95", "mean", "never"), ("what takes time",))
    for name, (words, law) in delays(scenario).items():
        table.add_row(f"{name}: {words}", *_cells(law))
        if name == "training" and scenario.platform.training.per_example:
            length, examples, each = training_of_a_day(scenario, requests)
            what = f"training on {span(length)} of impressions: {digits(examples)} at {span(each)} each"
            table.add_row(what, *_cells(law, examples * each))
    out().print(table)


def _cells(law: Law, more: float = 0.0) -> tuple[str, str, str, str]:
    """Return median, p95, mean (plus seconds) and never-share."""
    never = 1.0 - delivered_share(law, 1e15)
    median, p95 = (span(None if at is None else at + more) for at in (quantile(law, 0.5), quantile(law, 0.95)))
    mean = span(law.delivered_mean + more) if math.isfinite(law.delivered_mean) else "infinite"
    return median, p95, mean, f"{never:.1%}" if never > 1e-9 else ""
