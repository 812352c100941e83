"""``delaylab seen``: what the dashboard of a run hides."""

from __future__ import annotations

import argparse
from textwrap import fill

import numpy as np

from sim.analysis.as_seen.corrections import by_age, why_not_by_age
from sim.analysis.as_seen.sentences import of_corrections, of_one, of_two
from sim.analysis.as_seen.signs import signs
from sim.analysis.as_seen.triangle import Floats, Triangle, kind_of, triangle
from sim.analysis.paired.comparison import comparison
from sim.analysis.settings import run_label
from sim.analysis.units import counted
from sim.errors import LabError, harmless
from sim.lab.base.console import print_message
from sim.lab.cli._options import add_results, check_files, folder, write_file
from sim.lab.report.charts import files, style
from sim.lab.report.panels import as_seen as panel
from sim.lab.report.text.as_seen import show_one, show_two
from sim.lab.run.rebuild import find_run, scenario_of
from sim.lab.store.run_folder import Record
from sim.scenario import Scenario

_LETTERS = 110  # across the figure
HELP = "what a dashboard shows of each day, then and later, beside the truth; of two runs, which looks better when"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("run", metavar="RUN", help="a run's folder, or the start of its hash")
    parser.add_argument("other", nargs="?", metavar="RUN2", help="another agent in the same world")
    parser.add_argument("--kind", choices=("click", "conversion"), help="what is counted (what is learnt from)")
    add_results(parser)
    parser.add_argument("--png", metavar="FILE", type=folder, help="write a figure of truth and dashboard over time")


def main(options: argparse.Namespace) -> int:
    """Print the maturity triangle; write the figure."""
    check_files(options.png)
    runs = [Record(find_run(what, options.results, "seen")) for what in (options.run, options.other) if what]
    found = [_triangle(run, options.kind) for run in runs]
    names = [harmless(run_label(run.config)) for run in runs]
    if len(runs) == 1:
        _show_one(runs[0], found[0], names[0])
    else:
        names = _names(runs)
        _show_two(found, names[0], names[1])
    if options.png is not None:
        drawn = panel.AsSeen.drawn(list(zip(names, found, strict=True)))
        write_file(options.png, files.png(drawn.draw(f"{drawn.title}\n{fill(drawn.about, _LETTERS)}", style.FILE)))
        print_message(f"written {options.png}")
    return 0


def _triangle(run: Record, kind: str | None) -> Triangle:
    curve = run.table("curve")
    found = triangle(curve, kind)
    if found is None:
        known = kind_of(curve)
        why = f"--kind: conversions are not learnt in it; {known} is allowed" if known else (
            "it is of an older version; run it again with rerun=true")  # fmt: skip
        raise LabError(f"seen: the run {run.hash}: {why}")
    return found


def _show_one(run: Record, found: Triangle, name: str) -> None:
    scenario, curve = scenario_of(run.config, run.folder), run.table("curve")
    learnt = found.kind == kind_of(curve)
    why = why_not_by_age(scenario) if learnt else "it is of what is learnt from only"
    weighted = _at_end(by_age(found, curve, scenario)) if why is None else None
    lines = [of_one(found), *of_corrections(found, _window(scenario) if learnt else None, weighted, why)]
    title = f"{name}: {found.kind}s per impression, mean of {counted(len(found.truth), 'replication')}"
    show_one(found, weighted, title, [line for line in lines if line])


def _at_end(rates: Floats) -> Floats:
    return np.asarray(rates[:, :, 0].mean(axis=0))


def _window(scenario: Scenario) -> float | None:
    """Return how long after an impression a positive is credited."""
    feedback = scenario.feedback
    windows = [feedback.click.window]
    if feedback.learn_from == "conversion" and feedback.conversion is not None:
        windows.append(feedback.conversion.window)
    return None if None in windows else sum(one for one in windows if one is not None)


def _show_two(found: list[Triangle], first: str, second: str) -> None:
    one = signs(*found)
    title = f"{found[0].kind}s in 100 impressions: {second} less {first} (right sign, of {one.pairs} pairs)"
    show_two(found[0], one, title, of_two(found[0], one, (first, second)))


def _names(runs: list[Record]) -> list[str]:
    """Return the names of two runs that can be compared."""
    found = comparison(runs)
    if len(found.worlds) != 1:
        raise LabError(f"seen: the runs {runs[0].hash} and {runs[1].hash} have different worlds")
    told = [(run.config.seed, run.config.replications) for run in runs]
    if len(found.contenders) != 2 or told[0] != told[1]:
        raise LabError(
            f"seen: the runs {runs[0].hash} and {runs[1].hash} must differ in the agent or platform, and have the same "
            "seed and replications"
        )
    return [harmless(found.label(one, found.worlds[0])) for one in found.contenders]
