"""``delaylab seen``: what the dashboard of a run hides."""

from __future__ import annotations

import argparse
from textwrap import fill

from sim.analysis.as_seen.asked import asked_triangle, two_names
from sim.analysis.as_seen.shown import parts_of_one, parts_of_two
from sim.analysis.settings import run_label
from sim.analysis.stored.run_again import scenario_of
from sim.errors import harmless
from sim.lab.base.console import out, print_message
from sim.lab.cli._options import add_results, check_files, folder, write_file
from sim.lab.report.charts import files, style
from sim.lab.report.panels import as_seen as panel
from sim.lab.report.text.tables import show
from sim.lab.run.rebuild import find_run
from sim.lab.store.run_folder import Record

_LETTERS = 110  # across the figure
HELP = "what a dashboard shows of each day, then and later, beside the truth; of two runs, which looks better when"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("run", metavar="RUN", help="a run's folder, or the start of its hash")
    parser.add_argument("other", nargs="?", metavar="RUN2", help="another agent in the same world: shows RUN2 less RUN")
    parser.add_argument("--kind", choices=("click", "conversion"), help="what is counted (what is learnt from)")
    add_results(parser)
    parser.add_argument("--png", metavar="FILE", type=folder, help="write a figure of truth and dashboard over time")


def main(options: argparse.Namespace) -> int:
    """Print the maturity triangle; write the figure."""
    check_files(options.png)
    runs = [Record(find_run(what, options.results, "seen")) for what in (options.run, options.other) if what]
    found = [asked_triangle(run.hash, run.table("curve"), options.kind) for run in runs]
    names = [harmless(run_label(run.config)) for run in runs]
    if len(runs) == 1:
        scenario = scenario_of(runs[0].config, runs[0].folder)
        parts = parts_of_one(found[0], runs[0].table("curve"), scenario, names[0])
    else:
        names = [harmless(name) for name in two_names(runs)]
        parts = parts_of_two(found, (names[0], names[1]))
    show(parts, out(), "")
    if options.png is not None:
        drawn = panel.AsSeen.drawn(list(zip(names, found, strict=True)))
        write_file(options.png, files.png(drawn.draw(f"{drawn.title}\n{fill(drawn.about, _LETTERS)}", style.FILE)))
        print_message(f"written {options.png}")
    return 0
