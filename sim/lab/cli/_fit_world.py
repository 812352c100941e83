"""``delaylab fit --world``: a scenario from one impression log."""

from __future__ import annotations

import argparse
from pathlib import Path

from sim.analysis.fit.rows import Asked
from sim.analysis.fit.table import Table
from sim.analysis.fit_world.columns import log_of
from sim.analysis.fit_world.stub import stub
from sim.analysis.fit_world.tastes import WIDEST
from sim.analysis.fit_world.world import check_users, fit_world
from sim.errors import LabError, harmless, refusing
from sim.lab.cli._options import write_text

_OTHERS = {"delay": "delay", "watched": "watched", "served": None, "event": None, "rounding": None, "resolution": None}


def print_world(options: argparse.Namespace, table: Table, asked: Asked, window: float) -> int:
    """Print the scenario that a log says.

    Args:
        options: of the command.
        table: the log.
        asked: options about its columns.
        window: seconds after which no click was recorded.
    """
    if given := [name for name, default in _OTHERS.items() if getattr(options, name) != default]:
        raise LabError(f"--{given[0]} does not go with --world, whose columns have fixed names: see --columns")
    if (tastes := options.preferences_spread) is not None and not 0 < tastes <= WIDEST:
        raise LabError(f"--preferences-spread: {tastes:g} is not allowed; above 0 and up to {WIDEST:g} is")
    log = log_of(table, asked)
    with refusing("--users: {why}", ValueError):
        check_users(log, options.users)
    fitted = fit_world(log, options.users, window, tastes or 0.0)
    text = stub(fitted, Path(options.file).stem, [harmless(note) for note in table.notes], window)
    if options.out:
        write_text(options.out, text)
        print(f"# Written to {harmless(str(options.out))}.")
    print(text, end="")
    return 0
