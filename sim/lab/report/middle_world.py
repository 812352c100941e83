"""The world that is drawn over time, where a sweep has many."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.paired.comparison import Comparison, apart
from sim.analysis.settings import told, two_words
from sim.lab.store.run_folder import Record, record_of


def one_world(found: Comparison, records: Sequence[Record], most: int = 3) -> tuple[Sequence[Record], str]:
    """Return what is drawn over time, and the name of its world: of many worlds the one in the middle, else all."""
    if len(found.worlds) <= most:
        return records, ""
    middle = found.worlds[len(found.worlds) // 2]
    settings = middle.contenders[0].settings
    differ = [n for n in apart([world.contenders[0] for world in found.worlds]) if told(settings, n) != "-"]
    name = ", ".join(f"{two_words(n)} {told(settings, n)}" for n in differ)
    return [record_of(record) for one in middle.contenders for record in one.records], name
