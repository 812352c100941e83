"""``delaylab seen``: what the dashboard of a run hides."""

from __future__ import annotations

import argparse
from textwrap import fill

import numpy as np

from sim.analysis.as_seen.asked import asked_triangle, credited_within, two_names
from sim.analysis.as_seen.corrections import by_age, why_not_by_age
from sim.analysis.as_seen.sentences import of_corrections, of_one, of_two
from sim.analysis.as_seen.signs import signs
from sim.analysis.as_seen.triangle import Floats, Triangle, kind_of
from sim.analysis.settings import run_label
from sim.analysis.stored.run_again import scenario_of
from sim.analysis.units import counted
from sim.errors import harmless
from sim.lab.base.console import print_message
from sim.lab.cli._options import add_results, check_files, folder, write_file
from sim.lab.report.charts import files, style
from sim.lab.report.panels import as_seen as panel
from sim.lab.report.text.as_seen import show_one, show_two
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
        _show_one(runs[0], found[0], names[0])
    else:
        names = [harmless(name) for name in two_names(runs)]
        _show_two(found, names[0], names[1])
    if options.png is not None:
        drawn = panel.AsSeen.drawn(list(zip(names, found, strict=True)))
        write_file(options.png, files.png(drawn.draw(f"{drawn.title}\n{fill(drawn.about, _LETTERS)}", style.FILE)))
        print_message(f"written {options.png}")
    return 0


def _show_one(run: Record, found: Triangle, name: str) -> None:
    scenario, curve = scenario_of(run.config, run.folder), run.table("curve")
    learnt = found.kind == kind_of(curve)
    why = why_not_by_age(scenario) if learnt else "it is of what is learnt from only"
    weighted = _at_end(by_age(found, curve, scenario)) if why is None else None
    lines = [of_one(found), *of_corrections(found, credited_within(scenario) if learnt else None, weighted, why)]
    title = f"{name}: {found.kind}s per impression, mean of {counted(len(found.truth), 'replication')}"
    show_one(found, weighted, title, [line for line in lines if line])


def _at_end(rates: Floats) -> Floats:
    return np.asarray(rates[:, :, 0].mean(axis=0))


def _show_two(found: list[Triangle], first: str, second: str) -> None:
    one = signs(*found)
    pair = f"RUN2 less RUN: {second} less {first} (right sign, of {one.pairs} pairs)"
    title = f"{found[0].kind}s in 100 impressions, {pair}"
    show_two(found[0], one, title, of_two(found[0], one, (first, second)))
