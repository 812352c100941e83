"""The plan of interim analyses cannot change after the first one."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.analysis.stopping_rule import StoppingRule
from sim.lab.store.run_folder import records

SWEEP = ["-m", "hydra/launcher=basic", "learner=ucb1,uniform", "replications.until=settled"]


def test_raising_the_maximum_after_the_last_look_spends_more() -> None:
    """Looks at 4 and 8, and if nothing is known by then at 16 and 32 too: with the shares of 2 looks, then of 4."""
    draws = np.random.default_rng(1).normal(size=(100_000, 32))

    def excluded(count: int, looks: int) -> np.ndarray:
        gaps = draws[:, :count]
        t = np.abs(gaps.mean(axis=1)) / gaps.std(axis=1, ddof=1) * np.sqrt(count)
        return t > stats.t.ppf(1 - 0.05 / looks / 2, count - 1)

    planned = excluded(4, 4) | excluded(8, 4) | excluded(16, 4) | excluded(32, 4)
    raised = excluded(4, 2) | excluded(8, 2) | excluded(16, 4) | excluded(32, 4)
    assert planned.mean() < 0.05
    assert raised.mean() > 0.058


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (
            StoppingRule(True, None, 4, 32),
            "replications.max: is 32, but these runs were analysed at 4, 8, 16 replications (min=4 max=16);",
        ),
        (StoppingRule(True, None, 4, 8), "replications.max: is 8, but"),
        (StoppingRule(True, None, 8, 16), "replications.min: is 8, but"),
        (
            StoppingRule(True, None, 4, 16, "ucb1"),
            "replications.baseline: is 'ucb1', but these runs were analysed without one",
        ),
        (StoppingRule(False, 0.01, 4, 16), None),
    ],
)
def test_what_other_plans_are_told(now: StoppingRule, said: str | None) -> None:
    told = now.refused_after(StoppingRule(True, None, 4, 16))
    assert told is None if said is None else told is not None and told.startswith(said)


def test_a_baseline_that_was_named_may_be_left_out_later() -> None:
    assert StoppingRule(True, None).refused_after(StoppingRule(True, None, baseline="ucb1")) is None


@pytest.mark.slow
def test_a_sweep_that_was_looked_at_keeps_its_looks(lab, capsys, tmp_path: Path) -> None:
    assert lab(*SWEEP, "replications.min=2", "replications.max=4") == 0
    there = {record.hash for record in records(tmp_path / "results")}
    for changed in (["replications.min=2", "replications.max=8"], ["replications.min=3", "replications.max=4"],
                    ["replications.min=2", "replications.max=4", "replications.baseline=uniform"]):  # fmt: skip
        capsys.readouterr()
        assert lab(*SWEEP, *changed) == 2
        told = capsys.readouterr().err
        assert told.startswith("replications.")
        assert "another seed, is allowed" in told or "another seed is allowed" in told
    assert lab(*SWEEP[:-1], "replications.until=9.9", "replications.min=2", "replications.max=4") == 0
    assert {record.hash for record in records(tmp_path / "results")} == there  # nothing was run, what was there is used
    assert lab(*SWEEP, "replications.min=2", "replications.max=2", "seed=1") == 0
    assert lab("learner=ucb1", "replications={until: 0.01, min: 2, max: 8}") == 2  # alone is no way round


def test_a_single_run_too_and_a_results_folder_of_before(lab, capsys, tmp_path: Path) -> None:
    assert lab("learner=ucb1", "replications={until: 9.9, max: 4}") == 0
    (tmp_path / "results").rename(tmp_path / "moved")
    capsys.readouterr()
    assert lab("learner=ucb1", "replications={until: 9.9, max: 8}", "results.dir=moved") == 2
    told = "replications.max: is 8, but these runs were analysed at 4 replications (min=4 max=4)"
    assert capsys.readouterr().err.startswith(told)
    assert lab("learner=ucb1", "replications={until: 9.9, max: 4}", "results.dir=moved") == 0


def test_what_a_stranger_wrote_there_is_a_line(lab, capsys, tmp_path: Path) -> None:
    assert lab("learner=ucb1", "replications={until: 9.9, max: 2}") == 0
    (file,) = (tmp_path / "results" / "looks").iterdir()
    file.write_text("[]")
    capsys.readouterr()
    assert lab("learner=ucb1", "replications={until: 9.9, max: 2}") == 2
    assert "holds no keys" in capsys.readouterr().err


def test_a_job_that_failed_was_not_looked_at(lab, monkeypatch, tmp_path: Path) -> None:
    def broken(*_: object):
        raise RuntimeError("no")

    monkeypatch.setattr("sim.lab.run.run.compute", broken)
    assert lab(*SWEEP, "replications.max=2") == 1
    assert not (tmp_path / "results" / "looks").exists()
