"""Run folders and tracking servers of strangers: what they hold is read as data, or is a line and exit code 2."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import yaml

from sim.lab.cli import main as delaylab
from sim.lab.store.sweep_file import runs_of, sweeps
from sim.lab.tracking import fetch as mlflow_read
from sim.lab.tracking.fetch import fetched
from tests.lab.mlflow_there import there

EVIL = "\x1b]0;x\x07\x1b[2J<script>alert(1)</script>$\\frac{$\u202e"
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]\n" for n in range(9)
)


@pytest.fixture
def theirs(swept: Path, tmp_path: Path) -> Path:
    """A copy of a results folder of two runs, without what is logged."""
    for run in runs_of(swept, sweeps(swept)[0].name)[:2]:
        shutil.copytree(run.folder, tmp_path / "theirs" / "runs" / run.hash)
    return tmp_path / "theirs"


def first(results: Path) -> Path:
    return min((results / "runs").iterdir())


def pushed(results: Path) -> Path:
    """Return the run whose versions are drawn."""
    return next(
        one for one in sorted((results / "runs").iterdir()) if "ship: push" in (one / "config.yaml").read_text()
    )


def edit(file: Path, change: Callable[[dict], object]) -> None:
    data = yaml.safe_load(file.read_text())
    change(data)
    file.write_text(yaml.safe_dump(data) if file.suffix == ".yaml" else json.dumps(data))


def evil(config: dict) -> None:
    config["scenario"]["name"] = EVIL
    config["choices"]["learner"] = EVIL
    config["agent"]["learner"][EVIL] = EVIL


@pytest.mark.drawn
def test_a_terminal_and_a_page_get_no_command_from_what_a_server_has(theirs: Path, tmp_path: Path, capsys) -> None:
    edit(first(theirs) / "config.yaml", evil)
    assert delaylab(["sync", "--results", str(theirs)]) == 0
    page = tmp_path / "page.html"
    where = ["compare", "--uri", f"sqlite:///{theirs / 'mlflow.db'}"]
    assert delaylab([*where, "--html", str(page), "--figure", str(tmp_path / "figure.png")]) == 0
    assert delaylab([*where, "--csv", "-"]) == 0
    assert delaylab([*where, "--baseline", EVIL]) == 2  # it is not how the table spells it
    said = capsys.readouterr()
    for text in (said.out, said.err, page.read_text()):
        assert not set("\x1b\x07\u202e") & set(text)
    assert "<script" not in page.read_text()
    assert "script" in said.out


def test_names_of_a_server_are_no_paths(theirs: Path, tmp_path: Path) -> None:
    assert delaylab(["sync", "--results", str(theirs)]) == 0
    client, experiment = there(theirs)
    for name in ("../../out", str(tmp_path / "out"), ".hidden", ""):
        run = client.create_run(experiment, tags={"kind": "run", "run_hash": name})
        client.log_text(run.info.run_id, "{}", "config.yaml")
        client.set_terminated(run.info.run_id)
    with fetched(f"sqlite:///{theirs / 'mlflow.db'}", "delaylab", None) as (found, _):
        assert sorted(record.hash for record in found) == sorted(f.name for f in (theirs / "runs").iterdir())
    assert not list(tmp_path.rglob("out"))


def test_names_of_artifacts_are_no_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["../up", "/etc/passwd", "a/b", ".bashrc", "config.yaml", "curve.parquet", "summary.json"]
    files = [SimpleNamespace(path=name, is_dir=False) for name in names]
    client = SimpleNamespace(
        tracking_uri="http://x", list_artifacts=lambda _: [*files, SimpleNamespace(path="d", is_dir=True)]
    )
    brought: list[str] = []
    monkeypatch.setattr(mlflow_read, "brought", lambda _, run, name, folder: brought.append(name))
    run = SimpleNamespace(info=SimpleNamespace(run_id="1", artifact_uri="file:///etc"))
    mlflow_read.download(client, run, tmp_path / "run")  # type: ignore[arg-type]
    assert brought == ["config.yaml", "summary.json"]
    assert not (tmp_path / "run").is_symlink()  # what a server calls a file here is none


BROKEN = {
    "config.yaml": ["[" * 100_000, "- " * 100_000, BOMB, "a: !!python/object/apply:os.system [touch harm]", "- 1", "",
                    "\x00", "{choices: {}, agent: {}, scenario: {}, seed: 0, replications: 1, version: v}"],
    "summary.json": ["[" * 100_000, "[]", '{"regret/per_request": "low"}', '{"x": [1]}', "{", '"' + "x" * 100, "\x00"],
    "replicates.parquet": ["PAR1", ""],
}  # fmt: skip


@pytest.mark.parametrize(("name", "content"), [(name, text) for name, texts in BROKEN.items() for text in texts])
def test_a_file_that_is_none_is_a_line(theirs: Path, capsys, monkeypatch, name: str, content: str) -> None:
    monkeypatch.chdir(theirs)
    (first(theirs) / name).write_text(content)
    assert delaylab(["compare", str(theirs)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{first(theirs) / name}: ")
    assert len(line) < 400 + len(str(theirs))
    assert not (theirs / "harm").exists()


@pytest.mark.parametrize("name", ["curve.parquet", "versions.parquet"])
def test_a_file_that_is_not_there_is_a_line(theirs: Path, tmp_path: Path, capsys, name: str) -> None:
    (pushed(theirs) / name).unlink()
    assert delaylab(["compare", str(theirs), "--html", str(tmp_path / "page.html")]) == 2
    assert capsys.readouterr().err == f"{pushed(theirs) / name}: there is none\n"


@pytest.mark.parametrize("key", ["choices", "agent", "scenario", "seed", "replications", "version"])
@pytest.mark.parametrize("value", [None, [EVIL], True])
def test_a_setting_of_another_kind_is_a_line(theirs: Path, capsys, key: str, value: object) -> None:
    edit(first(theirs) / "config.yaml", lambda config: config.update({key: value}))
    assert delaylab(["compare", str(theirs)]) == 2
    assert capsys.readouterr().err.startswith(f"{first(theirs) / 'config.yaml'}: {key}: is no ")


def test_a_block_that_is_none_is_a_line(theirs: Path, capsys) -> None:
    edit(first(theirs) / "config.yaml", lambda config: config["scenario"].update(platform=[1]))
    assert delaylab(["compare", str(theirs)]) == 2
    assert capsys.readouterr().err == f"{first(theirs) / 'config.yaml'}: scenario.platform: holds no keys\n"


@pytest.mark.parametrize("table", ["curve", "versions", "replicates"])
def test_a_table_of_words_is_a_line(theirs: Path, tmp_path: Path, capsys, table: str) -> None:
    file = pushed(theirs) / f"{table}.parquet"
    good = pd.read_parquet(file)
    for bad in (good.iloc[:, :1], good.assign(**{str(good.columns[1]): EVIL})):
        bad.to_parquet(file)
        assert delaylab(["compare", str(theirs), "--html", str(tmp_path / "page.html")]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(f"{file}: ")


@pytest.mark.parametrize(
    "about",
    ["[]", "{}", '{"jobs": [1]}', '{"jobs": [{"run": "../x", "choices": {}}]}', '{"jobs": [{"run": "a"}]}',
     '{"jobs": [], "until": 1}', '{"jobs": [], "until": {"x": 1}}'],
)  # fmt: skip
def test_a_list_of_jobs_that_is_none_is_a_line(theirs: Path, capsys, about: str) -> None:
    (theirs / "sweeps" / "s").mkdir(parents=True)
    (theirs / "sweeps" / "s" / "sweep.json").write_text(about)
    assert delaylab(["compare", "s", "--results", str(theirs)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("name", ["manifest.json", "curve.parquet"])
def test_one_that_cannot_be_logged_does_not_keep_the_others(theirs: Path, capsys, name: str) -> None:
    if name == "manifest.json":
        edit(first(theirs) / name, lambda manifest: manifest.update(started_at=EVIL))
    else:
        (first(theirs) / name).write_text("PAR1")
    assert delaylab(["sync", "--results", str(theirs)]) == 1
    said = capsys.readouterr()
    assert said.out.startswith("1 logged, 0 already there, 1 failed")
    (line,) = said.err.splitlines()
    assert line.startswith(f"{first(theirs) / name}: ")


def test_links_are_not_followed_into_a_log(theirs: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("mine")
    (first(theirs) / "notes.txt").symlink_to(tmp_path / "secret")
    assert delaylab(["sync", "--results", str(theirs)]) == 0
    assert not list((theirs / "mlflow-artifacts").rglob("notes.txt"))
    assert len(list((theirs / "mlflow-artifacts").rglob("config.yaml"))) == 2
