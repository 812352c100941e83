"""Parquet files of a run: small tables and the trace.

The trace is written in row groups while the run goes on, in flat memory.

Encodings of the trace as measured (22 bytes a row instead of 38): a dictionary for categories only, split bytes for
floats, deltas for whole numbers, zstd. A time that never comes, and what a policy does not say, is null.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.lazy import pd
from sim.pipeline.asking import end_if_forked
from sim.trace import STATUSES

Columns = dict[str, NDArray[Any]]
GROUP_ROWS = 1 << 17
_MOST_WAITING = 16  # chunks of rows on their way to the disk
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
_WHERE_ON = {"replica"}  # columns that only some runs have


def write_table(file: Path, frame: pd.DataFrame) -> None:
    """Write a frame without its index; NaN becomes null.

    For few rows and many columns this takes a third of the time of pandas' own ``to_parquet``.
    """
    columns = {str(name): column.to_numpy() if column.dtype.kind in "iuf" else column.array
               for name, column in frame.items()}  # fmt: skip
    table = pa.table({name: pa.array(values, from_pandas=True) for name, values in columns.items()})
    pq.write_table(table, file, compression="zstd", use_dictionary=False)


class ParquetSink:
    """A writer of ``requests.parquet`` and ``impressions.parquet`` into a folder.

    It writes in a thread beside the run.
    """

    def __init__(self, folder: Path, replications: int) -> None:
        self._tables = {table: _Table(folder / f"{table}.parquet", replications) for table in _SCHEMAS}
        self._home = os.getpid()
        self._writer = ThreadPoolExecutor(max_workers=1)
        self._waiting: deque[Future[None]] = deque()

    def write(self, table: str, columns: Columns) -> None:
        """Take the next rows of a table."""
        end_if_forked(self._home, "the agent")  # the thread that writes is not there in a forked process
        self._waiting.append(self._writer.submit(self._tables[table].write, columns))
        while len(self._waiting) > _MOST_WAITING:
            self._waiting.popleft().result()

    def __enter__(self) -> ParquetSink:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._writer.shutdown(cancel_futures=error is not None)
        if error is None:
            for done in self._waiting:
                done.result()
        for table in self._tables.values():
            table.close()


class _Table:
    """The writer of one table.

    Its first rows say which columns there are.
    """

    def __init__(self, file: Path, replications: int) -> None:
        self._path = file
        self._always = set(_SCHEMAS[file.stem]) - _WHERE_ON - ({"replication"} if replications == 1 else set())
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def _opened(self, further: Collection[str] = ()) -> pq.ParquetWriter:
        if self._writer is None:
            there = self._always.union(further)
            types = {name: kind for name, kind in _SCHEMAS[self._path.stem].items() if name in there}
            encodings = {name: _ENCODINGS[kind] for name, kind in types.items() if kind in _ENCODINGS}
            self._writer = pq.ParquetWriter(
                self._path,
                pa.schema(types),
                compression="zstd",
                compression_level=3,
                use_dictionary=[name for name in types if name not in encodings],
                column_encoding=encodings,
            )
        return self._writer

    def write(self, columns: Columns) -> None:
        schema = self._opened(columns).schema
        arrays = [_array(columns[field.name], field) for field in schema]
        self._waiting.append(pa.Table.from_arrays(arrays, schema=schema))
        self._rows += len(arrays[0])
        if self._rows >= GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._opened().write_table(pa.concat_tables(self._waiting), row_group_size=self._rows)
        self._waiting, self._rows = [], 0

    def close(self) -> None:
        self._flush()
        self._opened().close()


def _array(values: NDArray[Any], field: pa.Field) -> pa.Array:
    if field.type == _STATUS:
        return pa.DictionaryArray.from_arrays(pa.array(values, pa.int8()), pa.array(STATUSES))
    if pa.types.is_floating(field.type):
        return pa.array(values, field.type, mask=np.isnan(values))
    return pa.array(values, field.type)
