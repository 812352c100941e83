"""The files of a sweep's runs in one zip: they come back as they were, and a stranger's zip stays in its place."""

import shutil
import zipfile
from pathlib import Path

import pytest

from sim.lab.store.archive import pack, unpack
from sim.lab.store.run_folder import LARGE
from sim.lab.store.sweep_file import runs_of, sweeps


def test_runs_come_back_byte_by_byte_without_their_tables_over_time(swept: Path, tmp_path: Path) -> None:
    name = sweeps(swept)[0].name
    for part in ("runs", "sweeps"):
        shutil.copytree(swept / part, tmp_path / part)
    runs = runs_of(tmp_path, name)
    (runs[0].folder / "link.json").symlink_to(swept / "mlflow.db")  # nothing of elsewhere is taken along
    pack(runs, tmp_path / "runs.zip")
    (runs[0].folder / "link.json").unlink()
    (tmp_path / "back").mkdir()
    assert unpack(tmp_path / "runs.zip", tmp_path / "back") == {run.hash for run in runs}
    for run in runs:
        there = {file.name: file.read_bytes() for file in run.folder.iterdir() if file.name not in LARGE}
        back = {file.name: file.read_bytes() for file in (tmp_path / "back" / run.hash).iterdir()}
        assert there == back


@pytest.mark.parametrize(
    "name", ["../x/a", "../../x", "/x/a", "a/../../x", "a/b/c", ".x/a", "a/.x", "a", "a/", "a\\..\\x/b"]
)
def test_a_strangers_zip_stays_in_its_place(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "runs.zip", "w") as packed:
        packed.writestr(name, "harm")
        packed.writestr("good/config.yaml", "{}")
    (tmp_path / "back").mkdir()
    assert unpack(tmp_path / "runs.zip", tmp_path / "back") == set()  # it has no summary
    found = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*"))
    assert found == ["back", "back/good", "back/good/config.yaml", "runs.zip"]


def test_a_zip_that_would_fill_the_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(unpack.__globals__, "MOST_BYTES", 1000)
    with zipfile.ZipFile(tmp_path / "runs.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("good/config.yaml", " " * 1001)
    with pytest.raises(ValueError, match=r"runs\.zip holds more than"):
        unpack(tmp_path / "runs.zip", tmp_path)
