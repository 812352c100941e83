"""`delaylab compare --uri`: the same from what MLflow has as from the run folders."""

from pathlib import Path

import pytest

from sim.analysis.report.model import Figures
from sim.lab.cli import main as delaylab
from sim.lab.store.run_folder import records
from sim.lab.store.sweep_file import runs_of, sweeps
from sim.lab.tracking.fetch import fetched
from tests.lab.mlflow_servers import nobody


@pytest.fixture(scope="module")
def uri(swept: Path) -> str:
    """Where everything of `swept` is logged."""
    assert delaylab(["sync", "--results", str(swept)]) == 0
    return f"sqlite:///{swept / 'mlflow.db'}"


def told(capsys, *arguments: str) -> str:
    capsys.readouterr()
    assert delaylab(["compare", *arguments]) == 0
    return str(capsys.readouterr().out)


def test_a_sweep_gives_the_same_table_and_bytes(swept: Path, uri: str, capsys, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("sim.lab.cli.compare.figures_of", lambda *_: Figures("", ()))  # drawn blank here anyway
    name, here = sweeps(swept)[0].name, ["--results", str(swept)]
    table, _, command = told(capsys, name, *here).partition("next:\n")
    assert command.lstrip().startswith("python -m sim -m ")  # which a server does not know: it names the folder
    assert told(capsys, "--uri", uri, name) == table
    told(
        capsys, "--uri", uri, "--sweep", name, "--csv", str(tmp_path / "logged.csv"), "--html", str(tmp_path / "a.html")
    )
    told(capsys, name, *here, "--csv", str(tmp_path / "here.csv"), "--html", str(tmp_path / "b.html"))
    assert (tmp_path / "logged.csv").read_bytes() == (tmp_path / "here.csv").read_bytes()
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_all_runs_give_the_same_table_and_bytes(swept: Path, uri: str, capsys) -> None:
    here = ["--results", str(swept)]
    assert told(capsys, "--uri", uri, "--csv", "-") == told(capsys, *here, "--csv", "-")
    assert told(capsys, "--uri", uri) == told(capsys, *here)


def test_records_come_back_as_they_were(swept: Path, uri: str) -> None:
    name = sweeps(swept)[0].name
    with fetched(uri, "delaylab", name) as (found, _):
        assert [r.hash for r in found] == [r.hash for r in runs_of(swept, name)]
        for ours, theirs in zip(found, runs_of(swept, name), strict=True):
            assert (ours.config, ours.summary, ours.manifest) == (theirs.config, theirs.summary, theirs.manifest)
            assert ours.table("replicates").equals(theirs.table("replicates"))
            assert ours.table("curve").equals(theirs.table("curve"))
    with fetched(uri, "delaylab", None) as (found, _):
        assert [r.hash for r in found] == [r.hash for r in records(swept)]
    assert not found[0].folder.exists()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["nope"], "sweep: unknown name 'nope'; known are sweep-"),
        (["--experiment", "delaylap"], "did you mean delaylab"),
    ],
)
def test_what_is_not_there_is_a_line(uri: str, arguments: list[str], expected: str, capsys) -> None:
    assert delaylab(["compare", "--uri", uri, *arguments]) == 2
    assert expected in capsys.readouterr().err


def test_a_store_that_is_not_there_is_a_line_and_is_not_made(tmp_path: Path, capsys) -> None:
    for uri in (f"sqlite:///{tmp_path / 'none.db'}", nobody()):
        assert delaylab(["compare", "--uri", uri]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(f"--uri: cannot read {uri} (")
    assert list(tmp_path.iterdir()) == []
