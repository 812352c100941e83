"""What a team runs between an outcome and a better slate: log, cadence, trainer, push."""

from sim.pipeline.clock import Clock, Priority
from sim.pipeline.guard_one import GuardedOne
from sim.pipeline.log import Log
from sim.pipeline.platform import Platform
from sim.pipeline.versions import OF_VERSION, Version, VersionRow, Versions

__all__ = ["OF_VERSION", "Clock", "GuardedOne", "Log", "Platform", "Priority", "Version", "VersionRow", "Versions"]
