"""Command lines that cannot be meant: a line that says what is wrong and allowed, exit code 2, nothing written."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from sim.lab.cli import main as delaylab
from sim.lab.config.grammar import in_quotes
from sim.laws.language import parse_law
from sim.scenario import Scenario, ScenarioError
from tests.lab.conftest import TINY
from tests.lab.test_processes import TREE


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["-m", "seed=range(0)"], "seed=range(0): holds no value; a list such as 1,2 or a range"),
        pytest.param(["-m", "seed=range(5,1)"], "seed=range(5,1): holds no value", marks=pytest.mark.slow),
        (["-m", "seed=glob(*)"], "seed=glob(*): holds no value"),
        (["-m", "seed=range(1000000)"], "a sweep of 100,001 jobs; at most 100,000 are allowed"),
        (["-m", "seed=range(1000)", "replications=range(1,1000)"], "a sweep of 999,000 jobs"),
        (["tracker.uri=5"], "tracker.uri: is 5; http://host:port, sqlite:////PATH/mlflow.db, or null are allowed"),
        (["tracker.uri=there"], "tracker.uri: is 'there'; "),
        pytest.param(["-m", "tracker.uri=5", "seed=1,2"], "tracker.uri: is 5; ", marks=pytest.mark.slow),
        (["tracker.experiment=7"], "tracker.experiment: is 7; a name is allowed"),
        (["+tracker.patience=0"], "tracker.patience: is 0; seconds above 0 are allowed"),
        (["+tracker.more=0"], "tracker: "),
        (["results.dir="], "results.dir: is empty; results.dir=PATH is allowed"),
        pytest.param(["results.dir=' '"], "results.dir: is empty", marks=pytest.mark.slow),
        (["hydra.run.dir=there"], "hydra.run.dir=there: Hydra writes nothing here; results.dir=PATH moves everything"),
        (["-m", "++hydra.sweep.dir=there"], "++hydra.sweep.dir=there: Hydra writes nothing here"),
        (
            ["results.dir=r 7 (x), y=z"],
            "results.dir=r 7 (x), y=z: not an override; a value with such characters needs quotes",
        ),
        (["scenario.name=a=b"], """needs quotes: 'scenario.name="a=b"'"""),
        (["scenario.name=a,b"], """add -m; if it is one value: 'scenario.name="a,b"'"""),
    ],
)
def test_it_is_a_line(tmp_path: Path, monkeypatch, capsys, arguments: list[str], why: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.yaml").write_text(TINY)
    assert delaylab(["run", *arguments, "scenario=./tiny.yaml", "agent=uniform"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert why in line
    assert [f.name for f in tmp_path.iterdir()] == ["tiny.yaml"]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (["check", "."], "scenario: '.' is a folder; give a file"),
        (["preview", "/"], "scenario: '/' is a folder; give a file"),
        (["preview", "./" + "x" * 5000], "scenario: there is no file"),
        (["check", "x" * 5000], "scenario: unknown name"),
        (["run", "scenario=."], "scenario: '.' is a folder; give a file"),
        (["ui", "--port", "99999999"], "ui: --port 99999999 is no port; 1 to 65535 is allowed"),
        (["ui", "--port", "-1"], "ui: --port -1 is no port"),
        (["ui", "--port", "0"], "ui: --port 0 is no port"),
        (["sync", "--patience", "soon"], "sync: --patience: 'soon' is not a duration; write a number and a unit"),
        (["sync", "--patience", "0s"], "sync: --patience: must be longer than 0s"),
        (["sync", "--uri", "there"], "sync: --uri: is 'there'; "),
    ],
)
def test_a_command_that_cannot_be_meant_is_a_line(tmp_path: Path, monkeypatch, capsys, command, why) -> None:
    monkeypatch.chdir(tmp_path)
    assert delaylab(command) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(why)
    assert list(tmp_path.iterdir()) == []


def test_a_results_folder_has_a_name(capsys) -> None:
    assert delaylab(["sync", "--results", ""]) == 2
    assert capsys.readouterr().err.startswith("sync: --results: is empty; a path is allowed; ")


@pytest.mark.parametrize("value", ["./Лента.yaml", "a b, c=d", 'say "no" (x)', "back\\", 'both\\"', "{x", "[1"])
def test_the_form_that_is_shown_is_understood_as_it_was_meant(value: str) -> None:
    from hydra.core.override_parser.overrides_parser import OverridesParser

    shown = in_quotes(f"results.dir={value}")
    assert shown is not None
    (typed,) = shlex.split(shown)
    assert str(OverridesParser.create().parse_override(typed).value()) == value


def test_a_new_scenario_is_run_by_the_command_that_is_shown(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a b, c").mkdir()
    assert delaylab(["new", "a b, c/mine"]) == 0
    shown = capsys.readouterr().out.partition("python -m sim ")[2]
    assert shown == """'scenario="./a b, c/mine.yaml"'\n"""
    assert delaylab(["new", "mine"]) == 0
    assert capsys.readouterr().out.endswith("python -m sim scenario=./mine.yaml\n")


@pytest.mark.parametrize(
    ("law", "why"),
    [
        ("lognormal(median=1e-310s, p95=1h)", "median is 1e-310s; 1e-09s is the shortest allowed"),
        (
            "lognormal(median=0.000000001s, p95=11574074d)",
            "p95 is too far from median, sigma is 29.4; below 20 is allowed",
        ),
        ("gamma(shape=1e-300, mean=1h)", "shape is 1e-300, expected a plain number above 0.0001 and below 1e+06"),
        ("weibull(shape=1e300, mean=1s)", "expected a plain number above 0.02 and below 1e+06"),
        ("exponential(mean=1e-310s)", "1e-09s is the shortest allowed"),
    ],
)
def test_a_law_beyond_the_range_of_floats_is_refused(law: str, why: str) -> None:
    with pytest.raises(ValueError, match=r"allowed|expected") as caught:
        parse_law(law)
    assert why in str(caught.value)


@pytest.mark.parametrize("text", ["1_000", "١٢", "1e", "0x10", "1" * 100])
def test_a_file_of_delays_holds_plain_numbers(tmp_path: Path, text: str) -> None:
    (tmp_path / "d.csv").write_text(f"1\n{text}\n", encoding="utf-8")
    (tmp_path / "w.yaml").write_text(TINY.replace('"exponential(mean=2m)"', "empirical(file=d.csv)"))
    with pytest.raises(ScenarioError, match="is not a number"):
        Scenario.load(tmp_path / "w.yaml")


def test_a_file_of_delays_has_bounds(tmp_path: Path) -> None:
    with (tmp_path / "d.csv").open("wb") as file:
        file.truncate((32 << 20) + 1)
    (tmp_path / "w.yaml").write_text(TINY.replace('"exponential(mean=2m)"', "empirical(file=d.csv)"))
    with pytest.raises(ScenarioError, match="is larger than 32 MiB"):
        Scenario.load(tmp_path / "w.yaml")


def shell(command: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    python = shlex.quote(sys.executable)
    every = {**os.environ, "PYTHONPATH": str(TREE), **environment}
    text = command.replace("delaylab", f"{python} -c 'from sim.__main__ import delaylab as d; raise SystemExit(d())'")
    return subprocess.run(["bash", "-c", text], cwd=cwd, env=every, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("encoding", ["ascii", pytest.param("latin-1", marks=pytest.mark.slow)])
def test_what_cannot_be_encoded_is_escaped(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "Лента.yaml").write_text(TINY)
    done = shell("delaylab check ./Лента.yaml", tmp_path, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("./\\u041b\\u0435")


def test_a_reader_that_leaves_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(TINY)
    run = "delaylab run scenario=./tiny.yaml agent=uniform tracker=none"
    done = shell(f"{run} 2>&1 | true; echo ${{PIPESTATUS[0]}}", tmp_path)
    assert (done.stdout, done.stderr) == ("0\n", "")
    assert len(list((tmp_path / "results" / "runs").iterdir())) == 1


def test_a_stream_that_takes_nothing_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(TINY)
    done = shell("delaylab check tiny.yaml > /dev/full", tmp_path)
    assert (done.returncode, done.stderr) == (1, "standard output: No space left on device\n")
    done = shell("delaylab check tiny.yaml >&-", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_without_asserts_hydra_still_reads_its_grammar(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(TINY)
    run = "delaylab run -m scenario=./tiny.yaml 'seed=range(2)' agent=uniform tracker=none hydra/launcher=basic"
    done = shell(run, tmp_path, PYTHONOPTIMIZE="1")
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "results" / "runs").iterdir())) == 2
