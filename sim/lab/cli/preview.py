"""``delaylab preview``: describe a scenario in numbers."""

from __future__ import annotations

import argparse

import yaml

from sim.analysis.previewed import parts, split
from sim.lab.base.console import out, print_message
from sim.lab.cli._options import check_files, folder, write_file
from sim.lab.entry.api import agent_named
from sim.lab.report.charts import files
from sim.lab.report.charts import preview as chart
from sim.lab.report.text.tables import show
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
    console = out()
    print(yaml.safe_dump(present, sort_keys=False, allow_unicode=True, width=min(console.width, 100)))
    if absent:
        console.print(f"absent: {', '.join(absent)}\n", highlight=False, markup=False)
    print_message([f"warning: {line}" for line in scenario.warnings()])
    show(parts(scenario, agent, options.agent), console)
    return 0
