"""The path from an outcome to a better slate.

What a team runs for that: log, cadence, trainer, push.
"""

from sim.pipeline.clock import Clock, Priority
from sim.pipeline.log import Log
from sim.pipeline.log_writer import LogWriter
from sim.pipeline.platform import Platform
from sim.pipeline.routes import Answering
from sim.pipeline.version import OF_VERSION, Version, VersionRow
from sim.pipeline.versions import Versions

__all__ = [
    "OF_VERSION",
    "Answering",
    "Clock",
    "Log",
    "LogWriter",
    "Platform",
    "Priority",
    "Version",
    "VersionRow",
    "Versions",
]
