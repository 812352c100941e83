"""Small tables of a run in Parquet, at a third of what pandas takes for a frame of few rows and many columns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.lazy import lazy

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq
else:
    pa = lazy("pyarrow")
    pq = lazy("pyarrow.parquet")


def write_table(file: Path, frame: pd.DataFrame) -> None:
    """Write a frame without its index; a NaN is null.

    Args:
        file: where.
        frame: of numbers and text.
    """
    columns = {str(name): column.to_numpy() if column.dtype.kind in "iuf" else column.array
               for name, column in frame.items()}  # fmt: skip
    table = pa.table({name: pa.array(values, from_pandas=True) for name, values in columns.items()})
    pq.write_table(table, file, compression="zstd", use_dictionary=False)
