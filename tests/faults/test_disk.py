"""A disk that cannot be written, is full or fails at the flush: one line, no half folder, nothing lost."""

import errno
import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim.lab.entry.app import main
from sim.lab.run import compute
from sim.lab.run.run import obtain
from sim.lab.store import atomic as folder
from sim.lab.store.atomic import DiskError, new_folder, write_atomic
from sim.lab.tracking import retry_budget
from tests.faults.processes import complete
from tests.faults.test_every_line import job
from tests.lab.conftest import TINY, undrawn
from tests.lab.mlflow_there import inline

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
NO_SPACE = "No space left on device"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run ``python -m sim`` in a working directory of its own."""
    monkeypatch.chdir(tmp_path)
    undrawn(monkeypatch)
    (tmp_path / "tiny.yaml").write_text(TINY)

    def lab(*arguments, tracker="none"):
        return main(["scenario=./tiny.yaml", "agent=ucb1_online", f"tracker={tracker}", *arguments])

    return lab


def failing(times):
    """Return a function that fails like a full disk the ``times``-th time, and from then on."""
    calls = []

    def fail(*_, **__):
        calls.append(1)
        if len(calls) >= times:
            raise FULL

    return fail


def before(monkeypatch, owner, name, act):
    """Have ``act`` called before a function."""
    real = getattr(owner, name)

    def both(*arguments, **options):
        act(*arguments, **options)
        return real(*arguments, **options)

    monkeypatch.setattr(owner, name, both)


WRITES = {
    "yaml": (compute, "config_of", 1),
    "json": (compute, "_json", 2),
    "tables": (compute.parquet, "write_table", 3),
    "trace": (pq.ParquetWriter, "write_table", 1),
    "end of the trace": (pq.ParquetWriter, "close", 2),
    "flush": (os, "fsync", 3),
    "name": (folder, "_settled", 1),
}


@pytest.mark.parametrize(("place", "sweep"), [("file/results", ["-m"]), ("/proc/nowhere", [])])
def test_a_place_that_cannot_be_written_is_a_line_before_anything_is_computed(run, capsys, tmp_path, place, sweep):
    (tmp_path / "file").write_text("")
    assert run(f"results.dir={place}", *sweep) == 2
    said = capsys.readouterr()
    (line,) = said.err.splitlines()
    assert line.startswith("results.dir: cannot write below /")
    assert line.endswith("; a folder that can be written into is allowed")
    assert said.out == ""


@pytest.mark.parametrize("write", ["trace", pytest.param("flush", marks=pytest.mark.slow)])
def test_a_full_disk_is_a_line(run, capsys, monkeypatch, tmp_path, write):
    owner, name, times = WRITES[write]
    before(monkeypatch, owner, name, failing(times))
    assert run("trace=true") == 1
    said = capsys.readouterr()
    assert said.err == f"cannot write below {tmp_path / 'results' / 'runs'}: {NO_SPACE}\n"
    assert said.out == ""
    assert list((tmp_path / "results" / "runs").iterdir()) == []


@pytest.mark.parametrize("write", WRITES)
def test_a_full_disk_leaves_no_half_folder_and_what_was_there_stays(monkeypatch, tmp_path, write):
    owner, name, times = WRITES[write]

    def without_room(rerun):
        with monkeypatch.context() as patch:
            before(patch, owner, name, failing(times))
            with pytest.raises(DiskError, match=NO_SPACE):
                obtain(job(), tmp_path, rerun)

    without_room(rerun=False)
    assert list((tmp_path / "runs").iterdir()) == []
    obtain(job(), tmp_path)
    there = complete(tmp_path)
    assert len(there) == 1
    without_room(rerun=True)
    assert complete(tmp_path) == there
    assert len(list((tmp_path / "runs").iterdir())) == 1


def test_when_the_new_folder_cannot_take_its_name_the_old_one_gets_it_back(tmp_path, monkeypatch):
    def write(text):
        with new_folder(tmp_path, "run") as hidden:
            (hidden / "a").write_text(text)

    write("old")
    real = Path.rename

    def rename(self, target):
        if Path(target).name == "run" and not self.name.endswith("-old"):
            raise FULL
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(OSError, match=NO_SPACE):
        write("new")
    assert [p.name for p in tmp_path.iterdir()] == ["run"]
    assert (tmp_path / "run" / "a").read_text() == "old"


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    write_atomic(tmp_path / "table.csv", b"old")
    monkeypatch.setattr(os, "fsync", failing(1))
    with pytest.raises(OSError, match=NO_SPACE):
        write_atomic(tmp_path / "table.csv", b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["table.csv"]
    assert (tmp_path / "table.csv").read_bytes() == b"old"


def test_a_disk_that_cannot_flush_folders_is_no_error(tmp_path, monkeypatch):
    def unsupported(_):
        raise OSError(errno.EINVAL, "folders cannot be flushed here")

    monkeypatch.setattr(os, "fsync", unsupported)
    write_atomic(tmp_path / "table.csv", b"1")
    assert (tmp_path / "table.csv").read_bytes() == b"1"


def test_jobs_that_found_room_stay_when_the_disk_fills_up(run, capsys, monkeypatch, tmp_path):
    with monkeypatch.context() as patch:
        before(patch, compute, "config_of", failing(2))  # the first job is written, the second is not
        assert run("-m", "hydra/launcher=basic", "seed=0,1") == 1
    assert "1 of 2 jobs failed" in (said := capsys.readouterr().err)
    assert f"DiskError: cannot write below {tmp_path / 'results' / 'runs'}: {NO_SPACE}" in said
    assert "Traceback" not in said
    kept = complete(tmp_path / "results")
    assert len(kept) == 1
    (sweep,) = (tmp_path / "results" / "sweeps").iterdir()
    assert [job["failed"] for job in json.loads((sweep / "sweep.json").read_text())["jobs"]] == [False, True]
    with monkeypatch.context() as patch:  # a table that finds no room costs a line, not the runs
        before(patch, pd.DataFrame, "to_csv", failing(1))
        assert run("-m", "hydra/launcher=basic", "seed=0,1") == 1
    line = capsys.readouterr().err.splitlines()[-1]
    assert line.startswith(f"cannot write below {tmp_path / 'results' / 'sweeps'}")
    assert line.endswith(NO_SPACE)
    assert kept.items() <= complete(tmp_path / "results").items()
    assert len(complete(tmp_path / "results")) == 2
    assert not list((tmp_path / "results").rglob(".tmp-*"))
    assert run("-m", "hydra/launcher=basic", "seed=0,1") == 0  # there is room again


def garbage(store):
    store.write_bytes(b"no database at all" * 1000)


@pytest.mark.parametrize("spoil", [pytest.param(Path.mkdir, marks=pytest.mark.slow), garbage])
def test_an_mlflow_store_that_cannot_be_written_costs_a_line(run, capsys, monkeypatch, tmp_path, spoil):
    monkeypatch.setattr(retry_budget, "PAUSES", (0.0, 0.0))
    (tmp_path / "results").mkdir()
    spoil(tmp_path / "results" / "mlflow.db")
    with inline(tmp_path / "template.db"):
        assert run(tracker="mlflow") == 0
    said = capsys.readouterr()
    (line,) = [line for line in said.err.splitlines() if "MLflow" in line]
    assert line.startswith("MLflow: cannot log at sqlite:///")
    assert "Traceback" not in said.err
    assert "delaylab sync --results" in said.out
    assert len(complete(tmp_path / "results")) == 1


def test_the_reason_is_told_where_the_system_gives_none(tmp_path):
    with pytest.raises(DiskError, match=f"cannot write below {tmp_path}: gone"), folder.writing(tmp_path):
        raise OSError("gone")
    shutil.rmtree(tmp_path)
