"""``delaylab fit``: fit delays, or a world."""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import yaml

from sim.analysis.fit.from_table import fit_table
from sim.analysis.fit.rows import Asked
from sim.analysis.fit.shown import parts
from sim.errors import LabError, harmless
from sim.lab.base.console import out
from sim.lab.cli._fit_world import print_world
from sim.lab.cli._options import check_files, duration, folder, write_text
from sim.lab.report.text.tables import show
from sim.lab.store.log_file import read_table

HELP = "fit a delay law to observed delays, those that have not come yet included; or a world to an impression log"
_OWN = ("missing", "resolution")  # options that are converted
_UNITS = ("ns", "us", "ms", "s", "m", "h", "d")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add = parser.add_argument
    text = "CSV (any separator, also packed) or Parquet, a row per click, shown item or the like"
    add("file", metavar="FILE", help=text)
    add("--world", action="store_true", help="the file is an impression log: print a scenario of it")
    add("--users", type=int, metavar="N", help="with --world: users in all, also those who never came")
    text = "with --world: give users tastes of this spread, and keep the clicks"
    add("--preferences-spread", type=float, metavar="S", help=text)
    add("--delay", default="delay", metavar="COLUMN", help="seconds until the answer, empty for none yet")
    add("--watched", default="watched", metavar="COLUMN", help="seconds that a row without an answer was watched")
    add("--served", metavar="COLUMN", help="instead of a delay: the instant of the question ...")
    add("--event", metavar="COLUMN", help="... and that of the answer, empty for none yet")
    help_cutoff = (
        "up to when answers are known: as in the columns, or where those are numbers from 0 a duration, such as 10d "
        "(the last instant in either column)"
    )
    add("--cutoff", metavar="INSTANT", help=help_cutoff)
    add("--columns", metavar="NAMES", help="names of the first columns, with commas, where the file has no header")
    add("--unit", choices=_UNITS, help="the unit of numbers (delays: s; instants: recognised)")
    text = "what stands for an empty cell, such as --missing=-1"
    add("--missing", action="append", default=[], metavar="VALUE", help=text)
    add("--ignore-zones", action="store_true", help="read clocks without their zones")
    add("--rounding", choices=("down", "nearest", "up"), help="how delays were rounded (what fits best)")
    add(
        "--resolution",
        metavar="DURATION",
        help="step of the clock, such as 1m (the greatest that all values share)",
    )
    add("--window", metavar="DURATION", help="no answer later than this was ever recorded, such as 30d")
    add("--out", type=folder, metavar="FILE", help="write the law, or the scenario, as YAML")
    add("--force", action="store_true", help="write over a file that is there")


def main(options: argparse.Namespace) -> int:
    """Print the fits, and the best as a scenario's line."""
    check_files(options.out)
    if options.out and options.out.exists() and not options.force:
        raise LabError(f"fit: {options.out} is there already; --force writes over it")
    for name in ("users", "preferences_spread"):
        if getattr(options, name) is not None and not options.world:
            raise LabError(f"--{name.replace('_', '-')} goes with --world")
    with warnings.catch_warnings(action="ignore"):  # pandas warns about its guesses
        columns = [name.strip() for name in options.columns.split(",")] if options.columns else None
        table = read_table(Path(options.file), columns)
        given = {name: getattr(options, name) for name in Asked.__dataclass_fields__ if name not in _OWN}
        resolution = duration("--resolution", options.resolution) if options.resolution else None
        asked = Asked(**given, missing=tuple(options.missing), resolution=resolution)
        window = duration("--window", options.window) if options.window else float("inf")
        if options.world:
            return print_world(options, table, asked, window)
        found = fit_table(table, asked, window, str(options.window))
    show(parts(found, [harmless(note) for note in table.notes], window), out())
    law = found.fits[0].law
    if options.out:
        text = yaml.safe_dump({"delay": law}, width=10_000, default_style=None)
        write_text(options.out, f"# by delaylab fit\n{text}")
        print(f"Written to {harmless(str(options.out))}.")
    print(f'delay: "{law}"')
    return 0
