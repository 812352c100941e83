"""The trace on disk is the trace in memory."""

import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml

from agents import UCB1, Agent, Every
from sim import Scenario, simulate
from sim.lab.store import parquet
from sim.simulation import simulate as kernel
from tests.lab.conftest import TINY

WORLD = Scenario.load(yaml.safe_load(TINY))
AGENT = Agent(UCB1(), cadence=Every("1h"))


@pytest.mark.parametrize("replications", [1, 2])
@pytest.mark.parametrize("group_rows", [7, 1 << 17])
def test_files_hold_what_frames_hold(tmp_path, monkeypatch, replications: int, group_rows: int) -> None:
    monkeypatch.setattr(parquet, "GROUP_ROWS", group_rows)
    run = simulate(WORLD, AGENT, replications=replications)
    with parquet.ParquetSink(tmp_path, replications) as target:
        kernel(WORLD, AGENT, replications=replications, trace=True, sink=target)
    for table in ("requests", "impressions"):
        found, expected = pd.read_parquet(tmp_path / f"{table}.parquet"), getattr(run, table)
        assert list(found) == list(expected)
        assert len(found) == len(expected) > 0
        pd.testing.assert_frame_equal(found, expected, check_dtype=False, check_categorical=False)


def test_a_time_that_never_comes_is_null(tmp_path) -> None:
    with parquet.ParquetSink(tmp_path, 1) as target:
        kernel(WORLD, AGENT, trace=True, sink=target)
    table = pq.read_table(tmp_path / "impressions.parquet")
    silent = sum(o == 0 for o in table["outcome"].to_pylist())
    assert table["feedback_at"].null_count == silent > 0
    assert set(table["status"].to_pylist()) <= {"positive", "negative", "expired", "lost", "pending"}


def test_a_run_without_requests_has_empty_files(tmp_path) -> None:
    with parquet.ParquetSink(tmp_path, 1):
        pass
    for table in ("requests", "impressions"):
        assert pq.read_table(tmp_path / f"{table}.parquet").num_rows == 0
