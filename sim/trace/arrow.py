"""The trace's tables in Arrow, for files.

Encodings as measured (22 bytes a row instead of 38): a dictionary for categories only, split bytes for floats, deltas
for whole numbers. A time that never comes, and what a policy does not say, is null.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pyarrow as pa

from sim.trace.chunk import STATUSES
from sim.trace.sinks import Columns

_INT, _FLOAT, _FLAG = pa.int64(), pa.float64(), pa.int8()
_STATUS = pa.dictionary(pa.int8(), pa.string())
_ENCODINGS = {_FLOAT: "BYTE_STREAM_SPLIT", _INT: "DELTA_BINARY_PACKED"}  # others: a dictionary
_SCHEMAS = {
    "requests": {
        "replication": _INT, "request_at": _FLOAT, "user": _INT, "visit": _INT, "version": _INT,
        "expected_reward": _FLOAT, "regret": _FLOAT, "reward": _FLOAT, "weight": _FLOAT,
        "replica": _INT,
    },
    "impressions": {
        "replication": _INT, "request_at": _FLOAT, "user": _INT, "visit": _INT, "position": _INT, "item": _INT,
        "propensity": _FLOAT, "predicted": _FLOAT, "probability": _FLOAT, "outcome": _FLAG, "value": _FLOAT,
        "feedback_at": _FLOAT, "delivered_at": _FLOAT, "status": _STATUS,
    },
}  # fmt: skip
TABLES = tuple(_SCHEMAS)
_WHERE_ON = {"replica"}  # columns that only some runs have


def schema_of(table: str, replications: int, there: Collection[str] = ()) -> pa.Schema:
    """Return the columns of a table and their types.

    Args:
        table: ``requests`` or ``impressions``.
        replications: how many the run has; a single one has no column ``replication``.
        there: the columns of its first rows; those that only some runs have are left out if they are not among them.
    """
    left_out = _WHERE_ON - set(there) | ({"replication"} if replications == 1 else set())
    return pa.schema({name: kind for name, kind in _SCHEMAS[table].items() if name not in left_out})


def encodings_of(schema: pa.Schema) -> dict[str, str]:
    """Return the encoding of each column without a dictionary."""
    return {field.name: _ENCODINGS[field.type] for field in schema if field.type in _ENCODINGS}


def rows_of(columns: Columns, schema: pa.Schema) -> pa.Table:
    """Return rows of a sink (`sim.trace.sinks.Sink`) in Arrow."""
    arrays = []
    for field in schema:
        values = columns[field.name]
        if field.type == _STATUS:
            arrays.append(pa.DictionaryArray.from_arrays(pa.array(values, pa.int8()), pa.array(STATUSES)))
        else:
            mask = np.isnan(values) if pa.types.is_floating(field.type) else None
            arrays.append(pa.array(values, field.type, mask=mask))
    return pa.Table.from_arrays(arrays, schema=schema)
