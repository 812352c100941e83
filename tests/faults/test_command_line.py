"""An agent that fails, on the command line: a line that says where, exit code 2, and nothing lost."""

import re

import pytest

from sim.lab.entry.app import main
from tests.lab.conftest import TINY, undrawn


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run ``python -m sim`` with a class of `tests.faults.broken` as its learner."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.yaml").write_text(TINY)
    (tmp_path / "conf" / "learner").mkdir(parents=True)

    def with_learner(name, *arguments):
        (tmp_path / "conf" / "learner" / "mine.yaml").write_text(f"_target_: tests.faults.broken.{name}\n")
        return main(["--config-dir", "conf", "learner=mine", "scenario=./tiny.yaml", "tracker=none", *arguments])

    return with_learner


@pytest.mark.parametrize(
    ("name", "cadence", "why"),
    [
        ("Repeats", "online", "an item is shown twice in one slate"),
        ("FloatIds", "hourly", "slates hold float64, expected whole item ids"),
    ],
)
def test_nonsense_is_one_line_and_exit_code_two(run, capsys, tmp_path, name, cadence, why):
    assert run(name, f"cadence={cadence}") == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1, said
    assert said[0].startswith(f"{name} failed to answer as version 0 at ")
    assert said[0].endswith(f" s: {why}")
    assert list((tmp_path / "results" / "runs").iterdir()) == []  # no half folder


def test_code_that_raises_is_a_line_and_the_calls_within_it(run, capsys, tmp_path):
    assert run("FailsDeepDown", "cadence=hourly") == 2
    line, *calls = capsys.readouterr().err.splitlines()
    assert re.fullmatch(
        r"FailsDeepDown failed while training version 1 at 3600 s: ValueError\(.*\) at \S*faults/broken.py:\d+", line
    )
    places = [re.fullmatch(r"  \S*?(\w+).py:\d+ in (\w+): (.*)", call) for call in calls]
    assert [place and place[1] for place in places[:2]] == ["broken", "broken"], calls
    assert [place and place[2] for place in places[:2]] == ["train", "_solve"], calls
    assert places[1][3] == "return np.concatenate([])"
    assert "Traceback" not in "".join(calls)
    assert list((tmp_path / "results" / "runs").iterdir()) == []


def test_a_recursion_without_end_is_a_few_lines(run, capsys):
    assert run("FailsForEver", "cadence=hourly") == 2
    line, *calls = capsys.readouterr().err.splitlines()
    assert "RecursionError" in line
    assert len(calls) == 9, calls
    assert re.fullmatch(r"  \.\.\. \d+ more \.\.\.", calls[4])


def test_the_whole_traceback_is_there_for_those_who_ask(run, capsys, monkeypatch):
    monkeypatch.setenv("HYDRA_FULL_ERROR", "1")
    assert run("FailsToTrain", "cadence=online") == 2
    said = capsys.readouterr().err
    assert "Traceback (most recent call last)" in said
    assert 'raise RuntimeError("no more")' in said


def test_an_agent_that_cannot_be_copied_is_named(run, capsys):
    assert run("CannotBeCopied") == 2
    assert re.match(
        r"CannotBeCopied failed to be copied for replication 0: TypeError\(.*lock.*\)", capsys.readouterr().err
    )


def test_labels_that_a_learner_does_not_take_are_refused_before_the_run(run, capsys, tmp_path):
    (tmp_path / "conf" / "correction").mkdir()
    (tmp_path / "conf" / "correction" / "hopeful.yaml").write_text("_target_: tests.support.corrections.Hopeful\n")
    assert run("Fine", "correction=hopeful") == 2
    said = capsys.readouterr().err
    assert re.fullmatch(
        r"\S*agent: Hopeful makes labels that are from 0 to 1, and Fine takes 0 or 1; these learners would do: "
        r".*EpsilonGreedy, .*LinTS, .*Uniform.*\n",
        said,
    ), said
    assert not (tmp_path / "results" / "runs").exists()


def test_what_a_sweep_has_computed_stays_when_an_agent_fails(run, capsys, monkeypatch, tmp_path):
    undrawn(monkeypatch)
    assert run("FailsToTrain", "-m", "cadence=never,hourly", "hydra/launcher=basic") == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert re.search(
        r"\n  .*cadence=hourly.*: FailsToTrain failed while training version 1 at 3600 s: "
        r"RuntimeError\('no more'\) at \S*broken.py:\d+\n",
        said,
    )
    assert len(list((tmp_path / "results" / "runs").iterdir())) == 1
    (failures,) = (tmp_path / "results" / "sweeps").glob("*/failures.txt")
    assert 'raise RuntimeError("no more")' in failures.read_text()
