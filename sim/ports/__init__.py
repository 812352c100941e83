"""The ports: data and protocols between the world and agents.

Agents may import nothing else from ``sim``.
"""

from sim.declared import LABELS, columns_read, includes, labels_of
from sim.draws import child, normal, uniform
from sim.laws.durations import per_second, seconds, time_of_day
from sim.laws.durations import text as duration_text
from sim.laws.for_agents import delay_law
from sim.laws.instants import interval, microseconds
from sim.owning import close_part, fresh_copy
from sim.ports.agent import AgentParts, Cadence, Correction, Learner, Model, Policy
from sim.ports.catalogue import Catalogue
from sim.ports.examples import Examples
from sim.ports.experience import Experience, News
from sim.ports.impressions import Impressions
from sim.ports.observations import Observations, Slates
from sim.ports.optional.incremental import IncrementalPath, Slate, as_matured
from sim.ports.optional.space import Space
from sim.rows import along_rows, at_positions, best, cross, rising, rows_of

__all__ = [
    "LABELS",
    "AgentParts",
    "Cadence",
    "Catalogue",
    "Correction",
    "Examples",
    "Experience",
    "Impressions",
    "IncrementalPath",
    "Learner",
    "Model",
    "News",
    "Observations",
    "Policy",
    "Slate",
    "Slates",
    "Space",
    "along_rows",
    "as_matured",
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
