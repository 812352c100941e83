"""The commands of ``delaylab``."""

import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
import yaml

from agents import Uniform
from sim import Scenario
from sim.analysis.estimate import expected_requests, training_of_a_day
from sim.analysis.previewed import split
from sim.lab.cli import commands, main
from sim.laws import parse_law
from sim.laws.quantiles import quantile
from sim.parts import names
from sim.scenario.json_schema import schema_text
from sim.scenario.library import shipped
from sim.simulation import simulate
from tests.support.worlds import run, world


def test_commands_are_those_that_are_written_down() -> None:
    assert set(commands()) >= {"run", "compare", "attribute", "check", "new", "preview", "sync", "ui"}
    assert list(commands()) == [name.replace("_", "-") for name in names("sim.lab.cli")]


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["ui", "--help"]])
def test_help(arguments: list[str], capsys) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 0
    assert "usage: delaylab" in capsys.readouterr().out


def test_no_command_and_a_wrong_one_say_what_there_is(capsys) -> None:
    assert main([]) == 2
    assert "  COMMAND\n    abtest " in capsys.readouterr().err
    assert main(["atribute"]) == 2
    assert capsys.readouterr().err.startswith("command: unknown name 'atribute', did you mean attribute; known are ")
    assert main(["scenario=shop"]) == 2
    assert capsys.readouterr().err.endswith("; overrides come after run: delaylab run KEY=VALUE ...\n")


def test_an_option_that_a_command_does_not_have_is_named(capsys) -> None:
    assert main(["check", "shop", "--png=x"]) == 2
    assert capsys.readouterr().err == "check: does not know '--png=x'; delaylab check --help lists what there is\n"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("replay RUN", "the following arguments are required: --user"),
        ("replay RUN --user x", "--user: invalid int value: 'x'"),
        ("compare --sweep", "--sweep: expected one argument"),
        ("compare --html=", "--html: is empty; a path is allowed"),
    ],
)
def test_what_argparse_refuses_is_one_line_without_the_usage(words: str, why: str, capsys) -> None:
    assert main(words.split()) == 2
    command = words.split(maxsplit=1)[0]
    assert capsys.readouterr().err == f"{command}: {why}; delaylab {command} --help lists what there is\n"
    assert main(["-x"]) == 2
    told = "delaylab: the following arguments are required: COMMAND; delaylab --help lists what there is\n"
    assert capsys.readouterr().err == told


def test_check_names_every_fault_and_leaves_with_two(tiny: Path, tmp_path: Path, capsys) -> None:
    assert main(["check", str(tiny), "news_feed"]) == 0
    (tmp_path / "bad.yaml").write_text(tiny.read_text().replace("size: 2", "size: 4"))
    assert main(["check", str(tiny), str(tmp_path / "bad.yaml"), "nope"]) == 2
    said = capsys.readouterr()
    assert f"{tiny}: fine" in said.out
    assert "bad.yaml:6:9: slate.size: is 4, but only 3 items live" in said.err
    assert "unknown name 'nope'" in said.err


def test_check_offers_the_file_that_is_meant(tiny: Path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tiny.parent)
    (tiny.parent / "none").mkdir()
    assert main(["check", "tiny", "./none", str(tiny.parent), "tinny.yaml"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("scenario: unknown name 'tiny', did you mean ./tiny.yaml; shipped are ")
    assert lines[1] == "scenario: './none' is a folder; give a file"
    assert lines[2] == f"scenario: '{tiny.parent}' is a folder; give a file; it holds tiny.yaml"
    assert lines[3].startswith("scenario: there is no file 'tinny.yaml', did you mean tiny.yaml; shipped are ")


def test_new_writes_a_scenario_that_runs_and_keeps_what_is_there(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "mine", "--like", "shop"]) == 0
    assert Scenario.load("./mine.yaml").name == "mine"
    assert "# " in (tmp_path / "mine.yaml").read_text()
    assert main(["new", "treats", "--like", "choc_kale"]) == 0  # and the file of vectors that it names
    assert Scenario.load("treats.yaml").name == "treats"
    assert main(["new", "mine"]) == 2
    assert "mine.yaml is there already" in capsys.readouterr().err
    assert (tmp_path / "mine.yaml").read_text().count("yaml-language-server: $schema=./schema.json") == 1
    assert (tmp_path / "schema.json").read_text() == schema_text()
    (tmp_path / "schema.json").write_text("{}")  # somebody else's
    assert main(["new", "other"]) == 0
    assert "python -m sim scenario=./other.yaml" in (tmp_path / "other.yaml").read_text()
    assert (tmp_path / "schema.json").read_text() == "{}"
    assert "yaml-language-server" not in (tmp_path / "other.yaml").read_text()
    assert main(["new", "../a b"]) == 2


def test_preview(tiny: Path, capsys) -> None:
    assert main(["preview", str(tiny)]) == 0
    said = capsys.readouterr().out
    assert "expected requests     56 over 2 h" in said
    assert "click: exponential(mean=2m)" in said


def test_preview_shows_no_null_and_what_is_shown_loads_back(capsys) -> None:
    for name in shipped():
        scenario = Scenario.load(name)
        present, absent = split(scenario.plain())
        assert "null" not in yaml.safe_dump(present)
        assert Scenario.check(present, folder=scenario.folder) == scenario
        assert "feedback.click.negatives" in absent


def test_preview_estimates_a_run_and_one_of_few_users(capsys, monkeypatch) -> None:
    monkeypatch.setattr("sim.analysis.estimate._ENOUGH", 0.03)  # seconds of a beginning
    assert main(["preview", "news_feed", "--agent", "uniform"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("about, with agent=uniform" in line for line in lines)
    rows = [re.split(r" *│ *", line.strip("│ ")) for line in lines]
    needs = {row[0]: row[1:] for row in rows if len(row) == 4}
    assert needs["this scenario"][0] == "560,000"
    assert needs["this scenario"][2] == "162 MiB"
    assert needs["with scenario.users.count=300"][0] == "8,400"
    assert re.fullmatch(r"[1-9]0* (s|min)", needs["with scenario.users.count=300"][1])


def test_a_small_scenario_is_estimated_as_it_is(tiny: Path, capsys) -> None:
    assert main(["preview", str(tiny)]) == 0
    said = capsys.readouterr().out
    assert "this scenario" in said
    assert "with scenario.users" not in said


def test_preview_of_an_agent_that_is_not_there(tiny: Path, capsys) -> None:
    assert main(["preview", str(tiny), "--agent", "ranker"]) == 2
    assert capsys.readouterr().err.startswith("agent: unknown name 'ranker', did you mean ranker_")


def test_preview_counts_the_visits_of_a_schedule() -> None:
    for count, every, horizon in ((1, "1.1h", "3.3h"), (12, "1h", "5.5h"), (7, "0.1s", "0.93s"), (100, "1d", "864s")):
        scenario = world(users__count=count, users__visits__every=every, horizon=horizon)
        assert expected_requests(scenario) == len(run(scenario, Uniform()).requests)


@pytest.mark.slow
def test_preview_tells_what_a_day_of_examples_costs(capsys) -> None:
    scenario = Scenario.load("news_feed")
    length, examples, each = training_of_a_day(scenario, expected_requests(scenario))
    assert (length, examples * each) == pytest.approx((86400.0, 80.0))
    assert main(["preview", "news_feed"]) == 0
    out = capsys.readouterr().out
    assert "training on 1 d of impressions: 400,000 at 0.2 ms each" in out
    assert out.count("11.3 min") == 3  # median, p95 and mean of 10 min and 80 s


def test_expected_requests_of_fixed_gaps_are_those_that_come(tiny: Path) -> None:
    from agents import Agent, Uniform

    scenario = Scenario.load(tiny)
    assert expected_requests(scenario) == simulate(scenario, Agent(Uniform())).summary["requests"] == 56.0


def test_expected_requests_of_a_daily_rhythm() -> None:
    scenario = Scenario.load("news_feed", {"horizon": "2d", "users.count": 10})
    assert expected_requests(scenario) == pytest.approx(80.0)  # whole days: the swing cancels


def test_quantiles_by_bisection() -> None:
    assert quantile(parse_law("exponential(median=20s)"), 0.5) == pytest.approx(20.0)
    assert quantile(parse_law("constant(30s)"), 0.95) == pytest.approx(30.0)
    assert quantile(parse_law("never(p=0.3, else=constant(1s))"), 0.95) is None


def test_compare_prints_a_table_or_csv(swept: Path, capsys) -> None:
    assert main(["compare", "--results", str(swept)]) == 0
    assert "5 runs" in capsys.readouterr().out
    name = next(p.name for p in (swept / "sweeps").iterdir())
    assert main(["compare", f"--results={swept}", "--sweep", name, "--csv", "-"]) == 0
    frame = pd.read_csv(StringIO(capsys.readouterr().out))
    assert len(frame) == 4
    assert {"staleness/data_age/mean", "regret/per_request/low", "behind"} <= set(frame)


def test_compare_of_nothing(tmp_path: Path, swept: Path, capsys) -> None:
    assert main(["compare", "--results", str(tmp_path)]) == 2
    assert "no complete run" in capsys.readouterr().err
    assert main(["compare", "--results", str(swept), "--sweep", "x"]) == 2
    assert "sweep: unknown name 'x'" in capsys.readouterr().err


def test_sync_of_nothing_makes_no_database(tmp_path: Path, capsys) -> None:
    assert main(["sync", "--results", str(tmp_path / "none")]) == 2
    assert capsys.readouterr().err == f"sync: no complete run in {tmp_path / 'none' / 'runs'}\n"
    assert list(tmp_path.iterdir()) == []


def test_the_version(capsys) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    assert re.fullmatch(r"delaylab \d+\.\d+\.\d+\n", capsys.readouterr().out)


@pytest.mark.parametrize("sent", ["TERM", pytest.param("INT", marks=pytest.mark.slow)])
def test_nothing_of_a_server_outlives_ui(sent: str, tmp_path: Path) -> None:
    told = tmp_path / "worker"
    server = f"sleep 60 & echo $! > {told}; sleep 0.3; kill -{sent} $PPID; wait"
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "  # the background is deaf
    code = heard + f"from sim.lab.cli.ui import serve; raise SystemExit(serve(['sh', '-c', {server!r}], {{}}))"
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), 0)


def test_ui_needs_a_store(tmp_path: Path, capsys) -> None:
    assert main(["ui", "--results", str(tmp_path)]) == 2
    assert "run something first" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--csv", "--html", "--figure"])
def test_a_file_that_cannot_be_written_is_a_line(swept: Path, capsys, option: str) -> None:
    assert main(["compare", str(swept), option, "/proc/none/file"]) == 2
    assert capsys.readouterr().err == "cannot write /proc/none/file: No such file or directory\n"
