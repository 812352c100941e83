"""``delaylab preview``: describe a scenario in numbers."""

from __future__ import annotations

import argparse

import yaml

from agents import Agent
from sim.analysis.previewed import delay_rows, key_numbers, needs, split
from sim.lab.base.console import out, print_message
from sim.lab.cli._options import check_files, folder, write_file
from sim.lab.entry.api import agent_named
from sim.lab.report.charts import files
from sim.lab.report.charts import preview as chart
from sim.lab.report.text.tables import plain_table
from sim.scenario import Scenario

HELP = "show what a scenario means: keys with their defaults, expected requests, time and memory of a run, delays"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", metavar="FILE", help="a path, or the name of a scenario that ships")
    parser.add_argument(
        "--agent", default="linucb_online", metavar="NAME", help="the agent whose run is estimated (linucb_online)"
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


def _needs(scenario: Scenario, agent: Agent, name: str) -> None:
    """Print what a run needs, also with few users."""
    headings = (f"about, with agent={name}", "requests", "wall time", "memory")
    table = plain_table(headings, headings[:1])
    for cells in needs(scenario, agent):
        table.add_row(*cells)
    out().print(table)


def _numbers(scenario: Scenario) -> None:
    print("\n".join(key_numbers(scenario)))
    table = plain_table(("what takes time", "median", "p95", "mean", "never"), ("what takes time",))
    for cells in delay_rows(scenario):
        table.add_row(*cells)
    out().print(table)
