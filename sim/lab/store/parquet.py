"""Parquet files of a run: small tables and the trace.

The trace is written in row groups while the run goes on, in flat memory.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from sim.lazy import pd
from sim.pipeline.asking import end_if_forked
from sim.trace.arrow import TABLES, encodings_of, rows_of, schema_of
from sim.trace.sinks import Columns

GROUP_ROWS = 1 << 17
_MOST_WAITING = 16  # chunks of rows on their way to the disk


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
        self._tables = {table: _Table(folder / f"{table}.parquet", replications) for table in TABLES}
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
        self._path, self._replications = file, replications
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def _opened(self, there: Collection[str] = ()) -> pq.ParquetWriter:
        if self._writer is None:
            schema = schema_of(self._path.stem, self._replications, there)
            encodings = encodings_of(schema)
            self._writer = pq.ParquetWriter(
                self._path,
                schema,
                compression="zstd",
                compression_level=3,
                use_dictionary=[name for name in schema.names if name not in encodings],
                column_encoding=encodings,
            )
        return self._writer

    def write(self, columns: Columns) -> None:
        self._waiting.append(rows_of(columns, self._opened(columns).schema))
        self._rows += len(self._waiting[-1])
        if self._rows >= GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._opened().write_table(pa.concat_tables(self._waiting), row_group_size=self._rows)
        self._waiting, self._rows = [], 0

    def close(self) -> None:
        self._flush()
        self._opened().close()
