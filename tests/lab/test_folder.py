"""A folder is complete or not there."""

import os
import posix
import subprocess
import sys
from pathlib import Path

import pytest

from sim.lab.store.atomic import clean, new_folder, write_atomic


def test_a_folder_appears_when_its_block_ends(tmp_path) -> None:
    with new_folder(tmp_path, "done") as folder:
        assert folder.name.startswith(f".tmp-{os.getpid()}-done")
        (folder / "a").write_text("1")
        assert not (tmp_path / "done").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["done"]
    assert (tmp_path / "done" / "a").read_text() == "1"


def test_what_is_written_is_on_disk_before_it_has_its_name(tmp_path, monkeypatch) -> None:
    flushed = []

    def fsync(handle: int) -> None:
        posix.fsync(handle)  # that of `os` does nothing in the tests
        flushed.append((os.fstat(handle).st_ino, done.exists()))

    def numbers(*paths: Path) -> list[int]:
        return [path.stat().st_ino for path in paths]

    monkeypatch.setattr(os, "fsync", fsync)
    done = tmp_path / "table.csv"
    write_atomic(done, b"1")
    assert flushed == [(*numbers(done), False)]

    flushed.clear()
    done = tmp_path / "done"
    with new_folder(tmp_path, "done") as folder:
        (folder / "a").write_text("1")
        (folder / "b").write_text("2")
    files, (whole, parent) = numbers(done / "a", done / "b"), numbers(done, tmp_path)
    assert sorted(flushed[:2]) == sorted((number, False) for number in files)
    assert flushed[2:] == [(whole, False), (parent, True)]


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


def test_the_better_folder_stays(tmp_path) -> None:
    def better(there):
        return (there / "trace").is_file()

    for file in ("trace", "plain"):
        with new_folder(tmp_path, "done", better) as folder:
            (folder / file).write_text("1")
    assert [p.name for p in tmp_path.rglob("*")] == ["done", "trace"]


def test_the_better_folder_stays_when_it_comes_at_the_last_moment(tmp_path) -> None:
    said = iter([False, True])  # between the two looks it took the place of a plain one
    for file, stays in (("trace", lambda there: False), ("plain", lambda there: next(said))):
        with new_folder(tmp_path, "done", stays) as folder:
            (folder / file).write_text("1")
    assert [p.name for p in tmp_path.rglob("*")] == ["done", "trace"]
    assert next(said, None) is None


def test_one_that_was_quicker_gives_way_too(tmp_path, monkeypatch) -> None:
    with new_folder(tmp_path, "done") as folder:
        (folder / "traced").write_text("1")
        rename, quick = Path.rename, [tmp_path / "done"]

        def late(own: Path, to: Path) -> Path:
            if quick:
                quick.pop().mkdir()
                (to / "plain").write_text("1")
            return rename(own, to)

        monkeypatch.setattr(Path, "rename", late)
    assert [p.name for p in tmp_path.rglob("*")] == ["done", "traced"]


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
