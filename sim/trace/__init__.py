"""The trace of a run: served requests in chunks.

The size of chunks is fixed and does not depend on the block size.
"""

from sim.trace.chunk import STATUSES, Chunk, FirstAnswers
from sim.trace.recorder import Recorder
from sim.trace.sinks import Fingerprint, FrameSink, Sink, tables

__all__ = ["STATUSES", "Chunk", "Fingerprint", "FirstAnswers", "FrameSink", "Recorder", "Sink", "tables"]
