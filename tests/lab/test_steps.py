"""Curves as MLflow has them: each mean is put together by what it is a mean over."""

from pathlib import Path

import pytest

from sim.analysis.buckets import Steps
from sim.analysis.stored.tracked import STEPS
from sim.lab.store.run_folder import records


def test_other_means_are_put_together_by_what_they_are_means_over(lab, tmp_path: Path) -> None:
    study = ["agent=ucb1_online", "cadence=hourly", "cadence.interval=17m", "replications=2", "trace=true"]
    assert lab(*study, "scenario.horizon=5h") == 0
    (record,) = records(tmp_path / "results")
    curve, rows = record.table("curve"), record.table("requests")
    place = curve["bucket"] // (200 // STEPS)
    weights = {"staleness/label_age/mean": "requests", "staleness/cycle_time/mean": "learnt"}
    for name, word in weights.items():
        by = curve[name.replace("mean", word)]
        sums, counts = (one.groupby(place).sum() for one in (curve[name].fillna(0.0) * by, by))
        for step, value in Steps(curve, STEPS).means(name):
            assert value == pytest.approx(sums[step] / counts[step], rel=1e-12)
    plain = curve[name].mul(curve["requests"]).groupby(place).sum() / curve["requests"].groupby(place).sum()
    assert max(abs(plain[step] / value - 1.0) for step, value in Steps(curve, STEPS).means(name)) > 0.1  # as it was
    regret = rows.regret.groupby((rows.request_at * (STEPS / (5 * 3600))).astype(int).clip(upper=STEPS - 1)).sum()
    gap = curve["regret/gap"].groupby(place).sum()
    for step, value in Steps(curve, STEPS).means("regret/normalised"):
        assert value == pytest.approx(regret[step] / gap[step], rel=1e-9)
