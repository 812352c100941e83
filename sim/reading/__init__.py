"""Rows of a log, requests and items, cut on demand."""

from sim.reading.columns import TRUTH, Column, NotKept, Read, Rows, TruthColumn
from sim.reading.items_in_order import ItemsInOrder
from sim.reading.labelled_rows import LabelledRows
from sim.reading.lazy_rows import LazyRows
from sim.reading.long_order import long_order
from sim.reading.requests import Requests
from sim.reading.stream import Name, Stream

__all__ = [
    "TRUTH",
    "Column",
    "ItemsInOrder",
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
