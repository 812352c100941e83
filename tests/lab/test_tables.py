"""Small tables in Parquet are what pandas would have written, and read as pandas reads them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import yaml

from sim.lab.store.parquet import write_table
from sim.lab.store.run_folder import records
from sim.lab.store.untrusted import table_of
from sim.scenario import Scenario, shipped


def test_a_table_comes_back_with_its_types_and_a_nan_is_null(tmp_path: Path) -> None:
    frame = pd.DataFrame({"n": [1, 2], "x": [np.nan, 0.1], "status": ["live", None], "none": [None, None]})
    frame["status"] = frame["status"].astype("str" if pd.__version__ >= "3" else object)
    write_table(file := tmp_path / "it.parquet", frame)
    assert pq.read_table(file).column("x").null_count == 1
    assert table_of(file, ()).equals(pd.read_parquet(file))
    assert table_of(file, ())[["n", "x", "status"]].equals(frame[["n", "x", "status"]])


def test_tables_of_runs_are_those_of_pandas(swept: Path, tmp_path: Path) -> None:
    for file in records(swept)[0].folder.glob("*.parquet"):
        frame = pd.read_parquet(file)
        frame.to_parquet(tmp_path / "theirs.parquet", index=False)
        theirs = pd.read_parquet(tmp_path / "theirs.parquet")
        assert table_of(file, ()).equals(theirs)
        assert (table_of(file, ()).dtypes == theirs.dtypes).all()


def test_the_compiled_emitter_writes_what_pythons_writes() -> None:
    odd = {"a": "é \u2028", "b": "x: y", "c": " lead", "d": "a\nb", "e": "", "f": 1e-7, "g": [1, [2, {}]], "h": "12:00",
           "i": "word " * 60, "j": "\x07", "k": "yes"}  # fmt: skip
    compiled = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    style = {"sort_keys": False, "allow_unicode": True, "width": 120}
    for data in (odd, *(Scenario.load(name).plain() for name in shipped())):
        assert yaml.dump(data, Dumper=compiled, **style) == yaml.safe_dump(data, **style)
