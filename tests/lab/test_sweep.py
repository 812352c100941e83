"""Sweeps: jobs, table, figure, and what MLflow is told."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.analysis.paired.comparison import comparison
from sim.analysis.paired.table import table
from sim.analysis.report.asked import Asked
from sim.analysis.report.chosen import chosen
from sim.lab.cli import main as delaylab
from sim.lab.report.palette import look
from sim.lab.report.panels.over_time import OverTime
from sim.lab.store.run_folder import Record, records
from sim.lab.store.sweep_file import runs_of, sweeps
from sim.lab.tracking.client import client_of
from tests.lab.conftest import undrawn

REGRET = "regret/at_base_rate"


@pytest.fixture
def lab(lab, monkeypatch: pytest.MonkeyPatch):
    """The same, undrawn: what is drawn of a sweep is tested elsewhere."""
    undrawn(monkeypatch)
    return lab


def client(results: Path):
    return client_of(f"sqlite:///{results / 'mlflow.db'}", write=False)


def logged(results: Path, name: str = "delaylab") -> list:
    there = client(results)
    (experiment,) = [e for e in there.search_experiments() if e.name == name]
    return list(there.search_runs([experiment.experiment_id]))


def test_a_sweep_leaves_table_figure_and_list(swept: Path) -> None:
    (folder,) = sweeps(swept)
    assert {p.name for p in folder.iterdir()} == {
        "sweep.json", "comparison.csv", "comparison.parquet", "comparison.png", "report.html",
    }  # fmt: skip
    assert (folder / "comparison.png").read_bytes()[:4] == b"\x89PNG"
    frame = pd.read_csv(folder / "comparison.csv")
    assert list(frame.columns[:5]) == ["world", "learner", "cadence", "verdict", "may_be_best"]  # ship follows
    assert frame.columns[-1] == "run"
    assert frame[REGRET].is_monotonic_increasing
    assert set(zip(frame["learner"], frame["cadence"], strict=True)) == {
        ("ucb1", "online"), ("ucb1", "hourly"), ("epsilon_greedy", "online"), ("epsilon_greedy", "hourly"),
    }  # fmt: skip
    assert set(frame["run"]) == {record.hash for record in runs_of(swept, folder.name)}
    pd.testing.assert_frame_equal(pd.read_parquet(folder / "comparison.parquet"), frame, check_dtype=False)


def test_the_difference_to_the_best_is_paired(swept: Path) -> None:
    runs = runs_of(swept, sweeps(swept)[0].name)
    frame = table(comparison(runs)).set_index("run")
    best = min(runs, key=lambda run: run.summary[REGRET])
    gaps = runs[1].table("replicates")[REGRET] - best.table("replicates")[REGRET]
    row = frame.loc[runs[1].hash]
    assert row["behind"] == pytest.approx(gaps.mean(), abs=1e-15)
    half = 4.302652729911275 * gaps.std() / np.sqrt(3)
    assert [row["behind/low"], row["behind/high"]] == pytest.approx([gaps.mean() - half, gaps.mean() + half], rel=1e-12)
    assert frame.loc[best.hash, "behind"] == 0.0


def test_the_difference_is_the_one_that_compare_decides_by(swept: Path) -> None:
    found = comparison(runs_of(swept, sweeps(swept)[0].name))
    frame = table(found).set_index("run")
    (world,) = found.worlds
    for one, decision in zip(world.contenders, world.decisions, strict=True):
        row = frame.loc[one.records[0].hash]
        assert row["behind"] == decision.behind
        assert decision.interval in (None, (row["behind/low"], row["behind/high"]))


def test_a_sweep_and_compare_write_the_same_table(swept: Path, tmp_path: Path) -> None:
    (folder,) = sweeps(swept)
    assert delaylab(["compare", str(folder), "--csv", str(tmp_path / "it.csv")]) == 0
    assert (tmp_path / "it.csv").read_bytes() == (folder / "comparison.csv").read_bytes()


def test_runs_of_two_worlds_are_not_paired(lab, tmp_path: Path) -> None:
    """Other users meet other noise: a difference by replication would mean nothing."""
    assert lab("-m", "hydra/launcher=basic", "agent=ucb1_online,uniform", "scenario.users.count=10,6") == 0
    frame = table(comparison(records(tmp_path / "results")))
    assert frame["world"].tolist() == ["tiny, count 6", "tiny, count 6", "tiny, count 10", "tiny, count 10"]
    assert frame.groupby("scenario.users.count")["behind"].min().tolist() == [0.0, 0.0]
    assert (frame["behind"] == 0.0).sum() == 2


def test_the_mean_of_replicates_is_the_summary(swept: Path) -> None:
    for record in records(swept):
        replicates = record.table("replicates")
        assert len(replicates) == record.config["replications"]
        assert replicates[REGRET].mean() == pytest.approx(record.summary[REGRET], rel=1e-12)


def test_mlflow_has_a_run_per_job_and_one_for_the_sweep(swept: Path) -> None:
    name = sweeps(swept)[0].name
    runs = [r for r in logged(swept) if r.data.tags.get("sweep") == name]
    jobs = {r.data.tags["run_hash"]: r for r in runs if r.data.tags["kind"] == "run"}
    (sweep,) = [r for r in runs if r.data.tags["kind"] == "sweep"]
    assert set(jobs) == {r.hash for r in runs_of(swept, name)}
    assert {r.info.status for r in runs} == {"FINISHED"}
    there = client(swept)
    assert {a.path for a in there.list_artifacts(sweep.info.run_id)} >= {
        "comparison.csv", "comparison.png", "report.html",
    }  # fmt: skip


def test_mlflow_has_settings_scores_and_curves(swept: Path) -> None:
    record = runs_of(swept, sweeps(swept)[0].name)[1]
    (run,) = [r for r in logged(swept) if r.data.tags.get("run_hash") == record.hash]
    assert run.info.run_name == "ucb1 · hourly · no correction, push 2m · tiny"
    assert run.data.params["scenario.feedback.click.delay"] == "exponential(mean=2m)"
    assert run.data.params["cadence"] == "hourly"
    assert run.data.params["ship"] == "push"
    assert "scenario.description" not in run.data.params
    known = {n: v for n, v in record.summary.items() if v is not None and not n.endswith(("/low", "/high"))}
    assert {n: v for n, v in run.data.metrics.items() if not n.startswith("curve/")} == pytest.approx(known)
    steps = client(swept).get_metric_history(run.info.run_id, f"curve/{REGRET}")
    curve = record.table("curve").dropna(subset=REGRET)
    curve["sum"] = curve["requests"] * curve[REGRET]
    sums = curve.groupby(curve["bucket"] // 4)[["sum", "requests"]].sum()  # 200 buckets are 50 steps
    assert [s.step for s in steps] == sums.index.tolist()
    assert [s.value for s in steps] == pytest.approx((sums["sum"] / sums["requests"]).tolist())
    assert {a.path for a in client(swept).list_artifacts(run.info.run_id)} == {
        "config.yaml", "scenario.yaml", "summary.json", "manifest.json", "curve.parquet", "versions.parquet",
        "replicates.parquet",
    }  # fmt: skip


def test_sync_logs_what_is_missing_once(swept: Path, capsys) -> None:
    for expected in ("5 logged, 0 already there, 0 failed\n", "0 logged, 5 already there, 0 failed\n"):
        assert delaylab(["sync", "--results", str(swept), "--experiment", "other"]) == 0
        assert capsys.readouterr().out.startswith(expected)
        assert len(logged(swept, "other")) == 6


def test_the_same_sweep_again_is_the_same_sweep(lab, capsys, tmp_path: Path) -> None:
    arguments = ["-m", "hydra/launcher=basic", "learner=ucb1,uniform", "block=1,7"]
    assert lab(*arguments) == 0
    (folder,) = sweeps(tmp_path / "results")
    assert len(json.loads((folder / "sweep.json").read_text())["jobs"]) == 2  # the block has no say: made once
    times = {r.hash: r.manifest["started_at"] for r in records(tmp_path / "results")}
    assert lab(*arguments) == 0
    assert len(sweeps(tmp_path / "results")) == 1
    assert {r.hash: r.manifest["started_at"] for r in records(tmp_path / "results")} == times


def test_grids_are_added_up(lab, tmp_path: Path) -> None:
    one, other = "{learner: ucb1, cadence: online}", "{learner: 'ucb1,uniform', cadence: hourly, seed: [1, 2]}"
    grids = f"hydra.sweeper.grids=[{one}, {other}]"
    assert lab("-m", "hydra/launcher=basic", grids, "replications=2") == 0
    (folder,) = sweeps(tmp_path / "results")
    frame = pd.read_csv(folder / "comparison.csv")
    assert sorted(frame[["learner", "cadence", "pairs"]].to_numpy().tolist()) == [
        ["ucb1", "hourly", 4], ["ucb1", "online", 0], ["uniform", "hourly", 4],
    ]  # fmt: skip
    runs = records(tmp_path / "results")
    assert {r.config["replications"] for r in runs} == {2}
    seeds = {r.hash: r.config["seed"] for r in runs}
    assert sorted([seeds[run] for run in row.split()] for row in frame["run"]) == [[0], [1, 2], [1, 2]]


@pytest.mark.slow
def test_a_store_that_cannot_be_reached_costs_a_line(lab, only_run, capsys) -> None:
    assert lab("agent=uniform", "tracker.uri=sqlite:////proc/none/mlflow.db", tracker="mlflow") == 0
    said = capsys.readouterr()
    assert said.err.startswith("MLflow: cannot log at sqlite:////proc/none/mlflow.db; the run folders are complete")
    assert "delaylab sync --results" in said.out
    assert Record.complete(only_run())


def test_labels_are_those_of_this_sweep_whoever_computed_a_run(lab, capsys, tmp_path: Path) -> None:
    assert lab("learner=ucb1", "correction=observed_only", "cadence=online") == 0  # without the agent's name
    capsys.readouterr()
    assert lab("-m", "hydra/launcher=basic", "agent=ucb1_online,uniform") == 0
    (folder,) = sweeps(tmp_path / "results")
    frame = pd.read_csv(folder / "comparison.csv")
    assert list(frame.columns[:3]) == ["world", "agent", "verdict"]
    assert frame["agent"].tolist() == ["ucb1_online", "uniform"]
    assert [r.config["choices"]["agent"] for r in runs_of(tmp_path / "results", folder.name)] == frame["agent"].tolist()


def test_among_all_runs_an_agent_is_told_by_its_parts_where_some_have_no_name(lab, tmp_path: Path) -> None:
    assert lab("learner=ucb1", "correction=observed_only", "cadence=online") == 0
    assert lab("agent=uniform", scenario=str(tmp_path / "tiny.yaml")) == 0
    frame = table(comparison(records(tmp_path / "results")))
    assert list(frame.columns[:3]) == ["world", "learner", "verdict"]  # the path's spelling is no setting


def test_an_agent_in_place_is_run_once_whatever_the_push(lab, capsys, tmp_path: Path) -> None:
    pushes = "scenario.platform.push=0s,constant(5m)"
    assert lab("-m", "hydra/launcher=basic", "learner=ucb1", "cadence=online,hourly", pushes) == 0
    (folder,) = sweeps(tmp_path / "results")
    assert sorted(pd.read_csv(folder / "comparison.csv")["cadence"], reverse=True) == ["online", "hourly", "hourly"]
    shown = "\n".join(line for line in capsys.readouterr().out.splitlines() if "│" in line)  # the table's rows
    assert [shown.count(push) for push in ("in place", " 0s ", " 5m ")] == [1, 1, 1]
    shown = chosen(comparison(runs_of(tmp_path / "results", folder.name)))
    assert {one.name.removesuffix(" (baseline)") for one in shown.series} == {
        "online, in place", "hourly, push 0s", "hourly, push 5m",
    }  # fmt: skip


def test_durations_in_the_table_are_as_people_write_them(lab, capsys, tmp_path: Path) -> None:
    assert lab("-m", "hydra/launcher=basic", "learner=ucb1", "cadence=micro_batch", "cadence.every=30s,1h") == 0
    frame = table(comparison(records(tmp_path / "results")))
    assert set(frame["cadence.every"]) == {"30s", "1h"}
    assert " 30s " in capsys.readouterr().out


@pytest.mark.slow  # `test_compare` has lines of which no two look alike
def test_of_many_lines_the_best_three_have_bands_and_no_two_look_alike(lab, tmp_path: Path) -> None:
    epsilons = ",".join(f"0.{n}" for n in range(1, 10))
    jobs = ("-m", "hydra/launcher=basic", "learner=epsilon_greedy", f"learner.epsilon={epsilons}")
    assert lab(*jobs, "replications=4") == 0
    found = comparison(records(tmp_path / "results"))
    shown = chosen(found)
    assert len({look(one.place).colour for one in shown.series}) == len(shown.series) == 8
    assert shown.note.startswith("8 of 9 lines are drawn")
    best = {one.name for one in sorted(shown.series, key=lambda one: one.contender.mean)[:3]}
    assert {line.name for line in OverTime.of(Asked(found, shown)).regret if line.half is not None} == best
    few = replace(shown, series=shown.series[:4])
    assert all(line.half is not None for line in OverTime.of(Asked(found, few)).ages)


def test_intervals_of_three_replications_are_not_drawn(swept: Path) -> None:
    found = comparison(runs_of(swept, sweeps(swept)[0].name))
    lines = OverTime.of(Asked(found, chosen(found))).regret
    assert len(lines) == 4
    assert all(line.half is None for line in lines)


def test_a_warning_is_said_once_for_a_sweep(lab, capsys) -> None:
    late = "scenario.feedback.click.window=3h"
    assert lab("-m", "hydra/launcher=basic", "learner=ucb1", late, "scenario.horizon=1h,2h") == 0
    assert capsys.readouterr().err.count("warning") == 1


def test_a_combination_that_learns_a_wrong_rate_is_told(lab, capsys) -> None:
    assert lab("-m", "hydra/launcher=basic", "learner=logistic,ucb1", "correction=none", "cadence=online") == 0
    (told,) = [line for line in capsys.readouterr().err.splitlines() if "warning" in line]
    assert told.startswith("warning: LogisticRanker takes nothing back: under NoCorrection")
    assert "a true rate p is learnt as p/(1+p), .5 as .33" in told


def test_a_key_that_was_set_and_has_no_effect_is_told(lab, capsys) -> None:
    rate, push = "scenario.feedback.conversion.rate=0.2", "scenario.platform.push=1h"
    few = ["scenario.users.count=5", "scenario.horizon=2h", "scenario.users.shifts=[]"]
    assert lab("cadence=online", rate, push, *few, scenario="news_feed") == 0
    assert capsys.readouterr().err.splitlines() == [
        "warning: scenario.feedback.conversion.rate: has no effect while feedback.learn_from is click",
        "warning: scenario.platform.push: has no effect on an agent that ships in place; it needs ship=push",
    ]
    assert lab("-m", "hydra/launcher=basic", "ship=push,in_place", rate, push, *few, scenario="news_feed") == 0
    assert capsys.readouterr().err.count("warning") == 1  # half of the jobs feel the push
    assert lab("cadence=online", "scenario.feedback.conversion=null", *few, scenario="news_feed") == 0
    assert "warning" not in capsys.readouterr().err


def test_a_key_of_the_classes_that_are_swept_need_not_be_one_of_the_default(lab, tmp_path: Path) -> None:
    assert lab("-m", "hydra/launcher=basic", "learner=ucb1", "cadence=hourly,nightly", "cadence.refit_window=1h") == 0
    (folder,) = sweeps(tmp_path / "results")
    jobs = json.loads((folder / "sweep.json").read_text())["jobs"]
    assert [job["overrides"][-1] for job in jobs] == ["cadence.refit_window=1h"] * 2
    windows = [r.config["agent"]["cadence"]["refit_window"] for r in records(tmp_path / "results")]
    assert windows == [3600.0, 3600.0]


def test_the_time_left_is_that_of_the_jobs_that_had_to_be_computed() -> None:
    from rich.progress import Progress

    from sim.lab.base.progress import time_left

    clock = iter([0.0, *[30.0] * 20])
    bar = Progress(get_time=lambda: next(clock), auto_refresh=False)
    bar.add_task("", total=10)
    (task,) = bar.tasks
    assert time_left().render(task).plain == ""
    bar.update(task.id, completed=4, found=1)
    assert time_left().render(task).plain == "0:01:00 left"  # 3 of 9 took half a minute
    bar.update(task.id, completed=10, found=1)
    assert time_left().render(task).plain == ""
