"""Runs of earlier versions: a score whose meaning has changed is absent."""

import json

import pandas as pd

from sim.lab.store.run_folder import Record

THEN = {
    "requests": 5.0,
    "staleness/unlearned/mean": 9.0,
    "staleness/cycle_time/mean": 44425.0,
    "staleness/data_age/mean": 1.0,
}


def test_what_meant_something_else_is_absent(tmp_path):
    (tmp_path / "summary.json").write_text(json.dumps(THEN))
    assert Record(tmp_path).summary == {"requests": 5.0, "staleness/data_age/mean": 1.0}
    pd.DataFrame([{"replication": 0, "regret/per_request": 1.0, **THEN}]).to_parquet(tmp_path / "replicates.parquet")
    told = Record(tmp_path).replicates
    assert told["staleness/unlearned/mean"].isna().all()
    assert told["requests"].tolist() == [5.0]


def test_what_means_the_same_is_there(tmp_path):
    now = THEN | {"staleness/label_age/without": None}
    (tmp_path / "summary.json").write_text(json.dumps(now))
    assert Record(tmp_path).summary == now
