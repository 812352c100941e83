"""The delay laws of compared runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sim.analysis.paired.comparison import Comparison
from sim.analysis.paired.scored_run import ScoredRun
from sim.analysis.settings import display_value, two_words
from sim.laws import Law, parse_law

_KEYS = (".delay", ".ingest", ".push", ".training.fixed")


def delay_laws(found: Comparison, folder_of: Callable[[ScoredRun], Path]) -> dict[str, Law]:
    """Return the laws by name; those that vary come first.

    Args:
        found: a comparison.
        folder_of: returns the folder of the files that a run's laws name; a law whose file is gone is left out.
    """
    made: dict[str, Law] = {}
    keys = dict.fromkeys(key for one in found.contenders for key in one.settings if key.endswith(_KEYS))
    for key in sorted(keys, key=lambda one: one not in found.names):
        for one in found.contenders:
            text = one.settings.get(key)
            if text is None or (name := f"{two_words(key)} {display_value(one.settings, key)}") in made:
                continue
            try:
                made[name] = parse_law(str(text), folder_of(one.records[0]))
            except ValueError:  # a file that it names is gone
                continue
    return made
