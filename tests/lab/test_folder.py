"""A folder is complete or not there."""

import os
import subprocess
import sys

import pytest

from sim.lab.folder import clean, new_folder, write_atomic


def test_a_folder_appears_when_its_block_ends(tmp_path) -> None:
    with new_folder(tmp_path, "done") as folder:
        assert folder.name.startswith(f".tmp-{os.getpid()}-done")
        (folder / "a").write_text("1")
        assert not (tmp_path / "done").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["done"]
    assert (tmp_path / "done" / "a").read_text() == "1"


def test_an_error_leaves_nothing(tmp_path) -> None:
    def fails() -> None:
        with new_folder(tmp_path, "done") as folder:
            (folder / "a").write_text("1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert list(tmp_path.iterdir()) == []


def test_a_new_folder_replaces_the_old_one_whole(tmp_path) -> None:
    for name in ("first", "second"):
        with new_folder(tmp_path, "done") as folder:
            (folder / name).write_text("1")
    assert [p.name for p in tmp_path.rglob("*")] == ["done", "second"]


def test_clean_removes_what_the_dead_left_and_spares_the_living(tmp_path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    for name in (f".tmp-{dead.pid}-x", f".tmp-{os.getpid()}-y", ".tmp-nobody", "complete"):
        (tmp_path / name).mkdir()
    assert clean(tmp_path) == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == [f".tmp-{os.getpid()}-y", "complete"]


def test_write_atomic_replaces(tmp_path) -> None:
    for text in (b"1", b"2"):
        write_atomic(tmp_path / "deep" / "file", text)
    assert [p.read_bytes() for p in (tmp_path / "deep").iterdir()] == [b"2"]
