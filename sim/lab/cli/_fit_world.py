"""``delaylab fit --world``: a scenario from one impression log."""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

from sim.analysis.fit_world.columns import Asked, log_of
from sim.analysis.fit_world.stub import stub
from sim.analysis.fit_world.world import fit_world
from sim.errors import LabError, harmless, refusing
from sim.lab.cli._options import write_text
from sim.lab.store.log_file import read_table

_OTHERS = {"delay": "delay", "watched": "watched", "served": None, "event": None, "rounding": None, "resolution": None}


def print_world(options: argparse.Namespace, window: float) -> int:
    """Print the scenario that a log says.

    Args:
        options: of the command.
        window: seconds after which no click was recorded.
    """
    if given := [name for name, default in _OTHERS.items() if getattr(options, name) != default]:
        raise LabError(f"--{given[0]} does not go with --world, whose columns have fixed names: see --columns")
    file = Path(options.file)
    with warnings.catch_warnings(action="ignore"):  # pandas warns about its guesses
        columns = [name.strip() for name in options.columns.split(",")] if options.columns else None
        table = read_table(file, columns)
        asked = Asked(options.unit, tuple(options.missing), options.cutoff, options.ignore_zones)
        log = log_of(table, asked)
        with refusing("--users: {why}", ValueError):
            fitted = fit_world(log, options.users, window)
    text = stub(fitted, file.stem, [harmless(note) for note in table.notes], window)
    if options.out:
        write_text(options.out, text)
        print(f"# Written to {harmless(str(options.out))}.")
    print(text, end="")
    return 0
