"""``delaylab compare``: decide which runs are better."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.paired.comparison import comparison
from sim.errors import LabError, unknown
from sim.lab.base.console import out, print_message
from sim.lab.cli._options import add_results, folder, refuse_folder, write_text
from sim.lab.report.build import report_of
from sim.lab.report.text.comparison import as_csv, print_map, show, show_next
from sim.lab.store.run_folder import records
from sim.lab.store.sweep_file import command_of, grown_runs, runs_of, stopping_rule_of_sweep, sweeps
from sim.lab.tracking.fetch import fetched
from sim.lazy import lazy

if TYPE_CHECKING:
    import sim.lab.report.html.page as html_page
    from sim.analysis.stopping_rule import StoppingRule
    from sim.lab.report.charts import files
    from sim.lab.report.model import Report
    from sim.lab.store.run_folder import Record
else:
    files = lazy("sim.lab.report.charts.files")
    html_page = lazy("sim.lab.report.html.page")

HELP = "decide which runs of a results folder, or of one sweep, are better"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("what", nargs="?", metavar="WHERE", help="a results folder, or a sweep by name or folder")
    add_results(parser)
    parser.add_argument("--sweep", metavar="NAME", help="only the runs of this sweep")
    parser.add_argument("--uri", help="runs as logged to MLflow: http://host:port, or sqlite:////path/mlflow.db")
    parser.add_argument("--experiment", default="delaylab", help="MLflow experiment of --uri (delaylab)")
    text = "compare with this run: 'linucb nightly push=20m', its label, or the start of its hash (default: the best)"
    parser.add_argument("--baseline", metavar="RUN", help=text)
    parser.add_argument("--csv", metavar="FILE", help="write the table with all scores as CSV; - is standard output")
    parser.add_argument("--html", metavar="FILE", type=folder, help="write a report: one page with table and figures")
    parser.add_argument("--heat", nargs=2, metavar="KEY", help="the two settings of the report's heat map")
    parser.add_argument("--figure", metavar="PNG", type=folder, help="write a figure of regret and data age over time")
    parser.add_argument("--map", metavar="PNG", type=folder, help="write the verdict map: online, batch or undecided")


def main(options: argparse.Namespace) -> int:
    """Print table and decisions; write the requested files."""
    if not options.uri:
        results, sweep = _where(options)
        runs = _runs(results, sweep)
        until, grown = (stopping_rule_of_sweep(results, sweep), {}) if sweep else (None, grown_runs(results))
        command = command_of(results, sweep) if sweep else None
        return _compare(runs, until, grown, options, command, results)

    curves = bool(options.html or options.figure)
    with fetched(options.uri, options.experiment, options.sweep or options.what, curves) as (runs, until):
        return _compare(runs, until, {}, options)


def _compare(
    runs: list[Record],
    until: StoppingRule | None,
    grown: Mapping[str, str],
    options: argparse.Namespace,
    command: tuple[str, ...] | None = None,
    results: Path = Path("results"),
) -> int:
    found = replace(comparison(runs, options.baseline, until, grown), command=command)
    drawn = bool(options.html or options.figure)
    report = report_of(runs, found, results, figures=drawn, heat=options.heat)
    if options.html:
        _write(options.html, html_page.html(report))
    if options.csv == "-":
        sys.stdout.write(as_csv(report.table))
        return 0
    if options.csv:
        _write(folder(options.csv), as_csv(report.table))
    if options.figure:
        files.write_curves(report, options.figure)
    if options.map:
        _map(report, options.map)
    show(report, out())
    show_next(report, out())
    print_message([f"written {file}" for file in (options.csv, options.html, options.figure, options.map) if file])
    return 0


def _map(report: Report, file: Path) -> None:
    if report.map is None:
        raise LabError(
            "map: these runs do not make one; it needs two or three keys of the scenario that vary, and in each world "
            "one agent in place and one or more that push"
        )
    files.write_map(report, file)
    print_map(report.map, out())


def _where(options: argparse.Namespace) -> tuple[Path, str | None]:
    """Return the results folder and the sweep.

    The sweep is None for all runs.
    """
    what, results = options.what, options.results
    if what is None:
        return results, options.sweep
    place = folder(what)
    if (place / "sweep.json").is_file():
        return place.parent.parent, place.name
    if place.is_dir():
        return place, options.sweep
    if options.sweep:
        raise LabError(f"compare: there is no results folder {place}")
    return results, what


def _runs(results: Path, sweep: str | None) -> list[Record]:
    names = [place.name for place in sweeps(results)]
    if sweep and sweep not in names:
        raise unknown("sweep", sweep, names)
    found = runs_of(results, sweep) if sweep else records(results)
    if not found:
        raise LabError(f"compare: no complete run in {results / 'runs'}")
    return found


def _write(file: Path, text: str) -> None:
    refuse_folder(file, "compare:")
    write_text(file, text)
