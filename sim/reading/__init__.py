"""Rows of a log and of requests, cut on demand."""

from sim.reading.columns import TRUTH, Column, NotKept, Read, Rows, TruthColumn
from sim.reading.labelled_rows import LabelledRows
from sim.reading.lazy_rows import LazyRows
from sim.reading.long_order import long_order
from sim.reading.requests import Requests
from sim.reading.stream import Name, Stream

__all__ = [
    "TRUTH",
    "Column",
    "LabelledRows",
    "LazyRows",
    "Name",
    "NotKept",
    "Read",
    "Requests",
    "Rows",
    "Stream",
    "TruthColumn",
    "long_order",
]
