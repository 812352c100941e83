"""``delaylab compare``: decide which runs are better."""

from __future__ import annotations

import argparse
import shlex
import sys
from dataclasses import replace
from pathlib import Path

from sim.analysis.paired.comparison import Comparison, comparison
from sim.analysis.report.build import report_of
from sim.analysis.report.parts import comparison_parts, map_parts, next_parts, opening_parts
from sim.errors import LabError, unknown
from sim.lab.base.console import out, print_message
from sim.lab.cli._options import add_results, check_files, folder, write_file
from sim.lab.report.contents import contents
from sim.lab.report.panels.base import figures_of
from sim.lab.report.text.tables import as_csv, show
from sim.lab.store.run_folder import Record, records
from sim.lab.store.sweep_file import about, grown_runs, runs_of, sweeps
from sim.lab.tracking.fetch import fetched

HELP = "decide which runs of a results folder, or of one sweep, are better"
_LETTERS = 6  # of a hash; fewer may be a mistyped sweep


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add = parser.add_argument
    add("what", nargs="?", metavar="WHERE", help="a results folder, or a sweep by name or folder")
    add_results(parser)
    add("--sweep", metavar="NAME", help="only the runs of this sweep")
    add("--uri", help="runs as logged to MLflow: http://host:port, or sqlite:////path/mlflow.db")
    add("--experiment", default="delaylab", help="MLflow experiment of --uri (delaylab)")
    text = "compare with this run: 'linucb nightly push=20m', its label, or the start of its hash (default: the best)"
    add("--baseline", metavar="RUN", help=text)
    add("--csv", metavar="FILE", help="write the table with all scores as CSV; - is standard output")
    add("--html", metavar="FILE", type=folder, help="write a report: one page with table and figures")
    add("--heat", nargs=2, metavar="KEY", help="the two settings of the report's heat map")
    add("--figure", metavar="PNG", type=folder, help="write a figure of regret and data age over time")
    add("--map", metavar="PNG", type=folder, help="write the verdict map: online, batch or undecided")


def main(options: argparse.Namespace) -> int:
    """Print table and decisions; write the requested files."""
    check_files(options.html, options.figure, options.map)
    if options.uri:
        curves = bool(options.html or options.figure)
        with fetched(options.uri, options.experiment, options.sweep or options.what, curves) as (runs, until):
            return _compare(runs, comparison(runs, options.baseline, until), options)

    results, sweep = _where(options)
    runs = _runs(results, sweep)
    if sweep:
        listed = about(results, sweep)
        found = replace(comparison(runs, options.baseline, listed.until), command=listed.command)
    else:
        found = comparison(runs, options.baseline, grown=grown_runs(results))
    return _compare(runs, found, options, results)


def _compare(
    runs: list[Record], found: Comparison, options: argparse.Namespace, results: Path = Path("results")
) -> int:
    figures = figures_of(found, options.heat) if options.html or options.figure else None
    report = report_of(runs, found, results, figures)
    if options.map and report.map is None:
        raise LabError(
            "map: these runs do not make one; it needs two or three keys of the scenario that vary, and in each "
            "world one agent in place and one or more that push"
        )
    csv = None if options.csv in (None, "-") else folder(options.csv)
    for file, data in contents(report, csv=csv, html=options.html, curves=options.figure, verdicts=options.map):
        write_file(file, data)
    if options.csv == "-":
        sys.stdout.write(as_csv(report.table))
        return 0
    shown = map_parts(report.map) if options.map and report.map is not None else ()
    show((*opening_parts(report), *shown, *comparison_parts(report), *next_parts(report)), out(), "; --csv has all")
    print_message([f"written {file}" for file in (options.csv, options.html, options.figure, options.map) if file])
    return 0


def _where(options: argparse.Namespace) -> tuple[Path, str | None]:
    """Return results folder and sweep; None: all runs."""
    what, results = options.what, options.results
    if what is None:
        return results, options.sweep
    place = folder(what)
    if (place / "sweep.json").is_file():
        return place.parent.parent, place.name
    if Record.complete(place):
        raise _one_run(what, place.parent.parent, place.name)
    if place.is_dir():
        return place, options.sweep
    if options.sweep:
        raise LabError(f"compare: there is no results folder {place}")
    return results, what


def _runs(results: Path, sweep: str | None) -> list[Record]:
    names = [place.name for place in sweeps(results)]
    if sweep and sweep not in names:
        begun = [record.hash for record in records(results) if record.hash.startswith(sweep)]
        if len(sweep) >= _LETTERS and len(begun) == 1:
            raise _one_run(sweep, results, begun[0])
        raise unknown("sweep", sweep, names)
    found = runs_of(results, sweep) if sweep else records(results)
    if not found:
        raise LabError(f"compare: no complete run in {results / 'runs'}")
    return found


def _one_run(what: str, results: Path, name: str) -> LabError:
    """Return the error for a run, which is no sweep."""
    command = f"delaylab compare {shlex.quote(str(results))} --baseline {name}"
    return LabError(
        f"compare: {what!r} is a run; a sweep or a results folder is allowed. The run against others: {command}"
    )
