"""What a run leaves behind: served requests in fixed-size chunks, whatever the block size was."""

from sim.trace.chunk import STATUSES, Chunk, FirstAnswers
from sim.trace.recorder import Recorder
from sim.trace.sinks import Fingerprint, FrameSink, Sink, tables

__all__ = ["STATUSES", "Chunk", "Fingerprint", "FirstAnswers", "FrameSink", "Recorder", "Sink", "tables"]
