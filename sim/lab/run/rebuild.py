"""Rebuild scenario and agent from an untrusted run folder.

Data are read, no code in the folder is run.

Classes are those of ``agents``, found by name, with the stored parameters. Other classes are imported only if the user
allows it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.analysis.settings import run_label
from sim.analysis.stored.run_again import certainty, run_again
from sim.errors import LabError, harmless
from sim.lab.store.run_folder import Record, Stored
from sim.lab.store.sweep_file import runs_of, sweeps
from sim.scenario.source import read

_TOLD = 5  # runs in a message


def find_run(what: str, results: Path, command: str = "replay") -> Path:
    """Return a complete run's folder, found by path or hash."""
    place = Path(what).expanduser().absolute()
    if not place.is_dir():
        runs = results / "runs"
        names = sorted(f.name for f in runs.iterdir() if f.is_dir() and f.name[0] != ".") if runs.is_dir() else []
        found = [name for name in names if what and name.startswith(what)]
        if len(found) != 1:
            why = f"{len(found)} runs in {runs} begin with {what!r}: {', '.join(found[:5])}"
            raise LabError(f"{command}: {why if found else _unknown(what, runs)}")
        place = runs / found[0]
    if not Record.complete(place):
        missing = [name for name in ("config.yaml", "summary.json") if not (place / name).is_file()]
        raise LabError(f"{command}: the run {place} is not complete: {' and '.join(missing) or 'it is hidden'}")
    return place


def _unknown(what: str, runs: Path) -> str:
    """Say what it is instead; name runs that are there."""
    if what in [place.name for place in sweeps(runs.parent)]:
        names = [record.hash for record in runs_of(runs.parent, what)]
        if not names:
            return f"{what!r} is a sweep without a complete run"
        more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
        return f"{what!r} is a sweep; its runs are {', '.join(names[:_TOLD])}{more}"
    complete = [place for place in runs.iterdir() if Record.complete(place)] if runs.is_dir() else []
    newest = sorted(complete, key=lambda place: place.stat().st_mtime, reverse=True)[:_TOLD]
    told = [f"{place.name} ({harmless(run_label(Record(place).config))})" for place in newest]
    there = f"; the newest there: {', '.join(told)}" if told else ""
    return f"{what!r} is no folder, and no run in {runs}{there}"


def rebuild(folder: Path, trust: bool = False) -> Stored:
    """Return the run of a complete folder.

    Other classes than ours are imported only if they are trusted, since that runs their code.
    """
    config: dict[str, Any] = read(folder / "config.yaml").data
    again, record = run_again(config, folder, trust), Record(folder)
    same, doubts = certainty(config, again.name, lambda: record.of_this_code)
    return Stored(record, again.scenario, again.agent, again.seed, again.replications, same, doubts)
