"""Functions that parts of agents may use.

Draws, laws and durations, rankings and inner products that do not depend on the number of rows, and what a part that is
made of others asks them.
"""

from sim.declared import LABELS, columns_read, includes, labels_of
from sim.draws import child, normal, uniform
from sim.laws.durations import per_second, seconds, time_of_day
from sim.laws.durations import text as duration_text
from sim.laws.for_agents import delay_law
from sim.laws.instants import interval, microseconds
from sim.owning import close_part, fresh_copy
from sim.rows import along_rows, at_positions, best, cross, rising, rows_of

__all__ = [
    "LABELS",
    "along_rows",
    "at_positions",
    "best",
    "child",
    "close_part",
    "columns_read",
    "cross",
    "delay_law",
    "duration_text",
    "fresh_copy",
    "includes",
    "interval",
    "labels_of",
    "microseconds",
    "normal",
    "per_second",
    "rising",
    "rows_of",
    "seconds",
    "time_of_day",
    "uniform",
]
