"""Logging to MLflow: few calls, nothing twice, and no server that keeps results waiting."""

import json
import shutil
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from omegaconf import OmegaConf

from sim.analysis.buckets import Steps
from sim.analysis.stored.tracked import STEPS, dataset_of
from sim.lab.cli import main as delaylab
from sim.lab.cli.ui import command
from sim.lab.store.containment import DATABASE
from sim.lab.store.run_folder import SMALL, Record, records
from sim.lab.store.sweep_file import runs_of, sweeps
from sim.lab.tracking import retry_budget as patience
from sim.lab.tracking.log import FAILED, LOGGED, THERE, Log
from sim.lab.tracking.publish import FILES, Place, log_run, log_sweep
from sim.lab.tracking.retry_budget import Patience, TooSlow
from sim.lab.tracking.tracker import tracker_of
from sim.scenario.library import data_dir
from tests.lab.mlflow_servers import mortal, nobody, silent

MOST = 30.0  # seconds, as docs/sweeps.md has it


class Counting:
    """A client that counts its calls and may fail at one of them."""

    def __init__(self, client, fail_at: str | None = None) -> None:
        self.client, self.fail_at, self.calls = client, fail_at, Counter()

    def __getattr__(self, name):
        def call(*arguments, **options):
            self.calls[name] += 1
            if name == self.fail_at:
                raise ConnectionError("gone")
            return getattr(self.client, name)(*arguments, **options)

        return call


@pytest.fixture(scope="module")
def log(tmp_path_factory) -> Log:
    """An empty store."""
    found = Log(tmp_path_factory.mktemp("store"), None, "delaylab")
    assert found.open()
    return found


def counted(log: Log, fail_at: str | None = None) -> tuple[Counting, Place]:
    """Return a client that counts and may fail, and what logs by it as if to a server."""
    place = log.place()
    counting = Counting(place.client, fail_at)
    return counting, Place(counting, place.experiment_id)


def logged(log: Log, run_hash: str, sweep: str | None = None) -> list:
    wanted = f"tags.run_hash = '{run_hash}'" + (f" and tags.sweep = '{sweep}'" if sweep else "")
    place = log.place()
    return list(place.client.search_runs([place.experiment_id], wanted))


def test_mlflows_own_variable_counts_where_no_uri_is_given(tmp_path: Path, monkeypatch) -> None:
    file = f"sqlite:///{tmp_path / DATABASE}"

    def uri(**overrides: str | None) -> str:
        config = OmegaConf.load(data_dir("conf") / "tracker" / "mlflow.yaml")
        return tracker_of(OmegaConf.merge(config, overrides), tmp_path).uri

    assert uri() == file
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://tracker:5000")
    assert uri() == "http://tracker:5000"
    assert uri(uri="http://other:5000") == "http://other:5000"
    assert uri(uri=None) == file
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "")
    assert uri() == file


@pytest.mark.slow
def test_sync_heeds_mlflows_own_variable(swept: Path, capsys, monkeypatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri := nobody())
    assert delaylab(["sync", "--results", str(swept)]) == 1
    assert capsys.readouterr().err.startswith(f"MLflow: cannot log at {uri};")


def test_to_a_server_a_run_is_five_calls_and_its_files(swept: Path, log: Log) -> None:
    counting, calls = counted(log)
    assert log_run(calls, records(swept)[0], "calls")
    once = ("search_runs", "create_run", "log_batch", "log_inputs", "set_terminated")
    assert counting.calls == dict.fromkeys(once, 1) | {"log_artifact": len(SMALL)}
    assert not log_run(calls, records(swept)[0], "calls")
    assert counting.calls.total() == 6 + len(SMALL)


def test_its_scenario_is_a_dataset(swept: Path, log: Log) -> None:
    record = records(swept)[0]
    log.log_run(record.folder, record.choices, "data")
    (run,) = logged(log, record.hash, "data")
    (entry,) = run.inputs.dataset_inputs
    assert entry.dataset.name == "tiny"
    assert entry.dataset.digest == dataset_of(record, "")["digest"]
    assert entry.dataset.source == (record.folder / "scenario.yaml").read_text()


def test_the_digest_of_a_dataset_is_one_per_world(swept: Path, tmp_path: Path) -> None:
    def digest(name: str, block: str, key: str, value: object) -> str:
        folder = shutil.copytree(records(swept)[0].folder, tmp_path / name)
        config = yaml.safe_load((folder / "config.yaml").read_text())
        config["scenario"].setdefault(block, {})[key] = value
        (folder / "config.yaml").write_text(yaml.safe_dump(config))
        return dataset_of(Record(folder), "")["digest"]

    known = dataset_of(records(swept)[0], "")["digest"]
    assert [dataset_of(record, "")["digest"] for record in records(swept)] == [known] * len(records(swept))
    assert digest("push", "platform", "push", "constant(6h)") == known
    assert digest("users", "users", "count", 77) != known


def test_tags_to_filter_by_are_names_and_params_say_nothing_twice(swept: Path, log: Log) -> None:
    record = runs_of(swept, sweeps(swept)[0].name)[1]
    log.log_run(record.folder, record.choices, "tags")
    (run,) = logged(log, record.hash, "tags")
    tags = ("kind", "scenario", "learner", "cadence", "correction", "sweep")
    assert [run.data.tags[name] for name in tags] == ["run", "tiny", "ucb1", "hourly", "none", "tags"]
    assert not [name for name in run.data.params if name.endswith((".class", "scenario.name"))]
    assert str(swept) not in str({**run.data.tags, **run.data.params, "name": run.info.run_name})


def test_scores_are_metrics_without_the_ends_of_their_intervals(swept: Path, log: Log) -> None:
    record = records(swept)[0]
    log.log_run(record.folder, record.choices, "ends")
    (run,) = logged(log, record.hash, "ends")
    scores = [name for name in run.data.metrics if not name.startswith("curve/")]
    assert not [name for name in scores if name.endswith(("/low", "/high"))]
    assert len(scores) < 60 < len(record.summary)


def test_the_relative_axis_of_curves_is_simulated_hours(swept: Path, log: Log) -> None:
    record = records(swept)[0]  # of two hours
    log.log_run(record.folder, record.choices, "hours")
    (run,) = logged(log, record.hash, "hours")
    points = log.place().client.get_metric_history(run.info.run_id, "curve/staleness/version_lag/mean")
    last = max(points, key=lambda point: point.step)
    assert last.step == STEPS - 1
    assert last.timestamp - run.info.start_time == 2000


def test_a_curve_is_means_over_the_requests_of_a_step() -> None:
    columns = {
        "bucket": [0, 1, 398, 399, 0, 1, 398, 399],  # of two replications, eight buckets a step
        "requests": [1, 3, 0, 0, 2, 0, 0, 1],
        "value": [4.0, 8.0, np.nan, np.nan, 5.0, np.nan, np.nan, 7.0],
    }
    assert Steps(pd.DataFrame(columns), STEPS).means("value") == [(0, (4 + 3 * 8 + 2 * 5) / 6), (STEPS - 1, 7.0)]


def test_a_curve_of_few_buckets_keeps_them() -> None:
    columns = {"bucket": [0, 1, 2], "requests": [1, 1, 1], "value": [0.1, 0.2, 0.3]}
    assert Steps(pd.DataFrame(columns), STEPS).means("value") == [(0, 0.1), (1, 0.2), (2, 0.3)]


def test_a_sweep_is_logged_once_until_it_is_written_again(swept: Path, log: Log, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(sweeps(swept)[0], tmp_path / "sweeps" / "again"))
    counts = []
    for when in ("2026-01-01", "2026-01-01", "2026-01-02"):
        told = json.loads((folder / "sweep.json").read_text()) | {"written_at": when}
        (folder / "sweep.json").write_text(json.dumps(told))
        counting, calls = counted(log)
        log_sweep(calls, folder)
        counts.append((counting.calls["create_run"], counting.calls["log_artifact"]))
    files = len([file for file in FILES if (folder / file).exists()]) + 1  # and the runs in one
    assert counts == [(1, files), (0, 0), (0, files)]


@pytest.mark.parametrize("step", ["create_run", "log_batch", "log_inputs", "log_artifact", "set_terminated"])
def test_what_was_begun_is_finished_and_nothing_is_there_twice(swept: Path, log: Log, step: str) -> None:
    record = records(swept)[1]
    with pytest.raises(ConnectionError):
        log_run(counted(log, step)[1], record, step)
    client, experiment = log.place().client, log.place().experiment_id
    client.create_run(experiment, tags={"run_hash": record.hash, "sweep": step})  # came late
    for expected in (LOGGED, THERE):
        assert log.log_run(record.folder, None, step) == expected
        (run,) = logged(log, record.hash, step)
        assert run.info.status == "FINISHED"
        assert len(run.inputs.dataset_inputs) == 1
        points = log.place().client.get_metric_history(run.info.run_id, "curve/regret/at_base_rate")
        assert len({p.step for p in points}) == len(points) > 1


def test_patience_ends() -> None:
    budget = Patience(total=2 * patience.CALL + 0.01)
    client = budget.watch(Counting(None))
    budget.spent = 0.02
    with pytest.raises(TooSlow, match="kept us waiting"):
        client.search_runs()
    with pytest.raises(TooSlow):
        budget.insist(client.search_runs)


@pytest.mark.parametrize(("total", "answer"), [(patience.TOTAL, 8), (600.0, 60)])
def test_a_server_has_longer_for_an_answer_where_there_is_more_patience(total: float, answer: float) -> None:
    assert Patience(total).answer == answer


def test_what_fails_once_is_done_again(monkeypatch) -> None:
    monkeypatch.setattr(patience, "PAUSES", (0.0, 0.0))
    left = [OSError(), OSError(), 7]

    def act():
        found = left.pop(0)
        if isinstance(found, OSError):
            raise found
        return found

    assert Patience().insist(act) == 7
    left += [OSError("first"), OSError("second"), OSError("last")]
    with pytest.raises(OSError, match="last"):
        Patience().insist(act)


@pytest.fixture
def quick(monkeypatch) -> float:
    """The same waits, but short; return how long a sweep may be kept."""
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "1")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setattr(patience, "CALL", 1)
    monkeypatch.setattr(patience, "FREE", 0.1)
    monkeypatch.setattr(patience, "PAUSES", (0.1, 0.1))
    return 3.0


def log_all(results: Path, uri: str, budget: float) -> tuple[Log, list[str], float]:
    """Log a sweep; return the log, what it said and how long it took."""
    said: list[str] = []
    log = Log(results, uri, "delaylab", budget, say=said.append)
    began = time.monotonic()
    log.open()
    for record in runs_of(results, sweeps(results)[0].name):
        log.log_run(record.folder, record.choices, "x")
    assert log.log_sweep(sweeps(results)[0]) == FAILED
    return log, said, time.monotonic() - began


def test_a_silent_server_keeps_a_sweep_for_the_stated_time_once(swept: Path, quick: float) -> None:
    with silent() as uri:
        log, said, seconds = log_all(swept, uri, quick)
    assert log.offline
    assert seconds < quick + 1
    (line,) = said
    assert line.startswith("MLflow: cannot log at")


@pytest.mark.parametrize(
    ("answers", "hangs"),
    [
        (5, False),
        (2, True),
        *(pytest.param(*one, marks=pytest.mark.slow) for one in ((2, False), (14, False), (5, True), (14, True))),
    ],
)
def test_a_server_that_dies_midway_costs_a_line(swept: Path, quick: float, answers: int, hangs: bool) -> None:
    with mortal(answers, hangs) as (uri, asked):
        log, said, seconds = log_all(swept, uri, quick)
    assert log.offline
    assert len(asked) > answers
    assert seconds < quick + 2
    (line,) = said
    assert line.startswith("MLflow: cannot log")


def test_a_sweep_without_its_server_is_complete(lab, capsys, quick: float, tmp_path: Path) -> None:
    uri = nobody()
    began = time.monotonic()
    arguments = [
        "-m",
        "hydra/launcher=basic",
        "learner=ucb1,uniform",
        f"tracker.uri={uri.replace('//', '//me:secret@')}",
    ]
    assert lab(*arguments, tracker="mlflow") == 0
    assert time.monotonic() - began < MOST
    said = capsys.readouterr()
    assert said.err.count("MLflow: cannot log") == 1
    assert f"--uri {uri}" in said.out
    assert "secret" not in said.out + said.err
    assert all(Record.complete(r.folder) for r in records(tmp_path / "results"))
    assert len(records(tmp_path / "results")) == 2
    assert (sweeps(tmp_path / "results")[0] / "report.html").is_file()


def test_sync_waits_as_long_as_it_is_told(swept: Path, capsys) -> None:
    began = time.monotonic()
    with silent() as uri:
        assert delaylab(["sync", "--results", str(swept), "--uri", uri, "--patience", "3"]) == 1
    assert time.monotonic() - began < MOST
    assert "MLflow: cannot log" in capsys.readouterr().err


def test_sync_to_a_server_that_is_down_says_so(swept: Path, capsys, quick: float) -> None:
    uri = nobody()
    assert delaylab(["sync", "--results", str(swept), "--uri", uri]) == 1
    assert capsys.readouterr().err == (
        f"MLflow: cannot log at {uri}; the run folders are complete, the same command logs what is missing once it "
        "answers (connection refused)\n"
    )


@pytest.mark.slow
def test_with_the_real_waits_a_silent_server_costs_no_more_than_is_written_down(swept: Path) -> None:
    with silent() as uri:
        _, _, seconds = log_all(swept, uri, patience.TOTAL)
    assert seconds < MOST


def test_the_pages_are_for_this_machine_only() -> None:
    told = command("sqlite:////somewhere/mlflow.db", 5001)
    assert told[told.index("--host") + 1] == "127.0.0.1"
    assert told.count("--host") == 1
    assert not {"0.0.0.0", "::", "--dev"} & set(told)
