"""An agent that fails, on the command line: nonsense is a line and exit code 2; where its own code failed is shown."""

import pytest

from sim.lab.app import main
from tests.lab.conftest import TINY


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


def test_code_that_raises_is_shown_where_it_did(run, capsys, tmp_path):
    assert run("FailsToTrain", "cadence=online") == 1
    said = capsys.readouterr().err
    assert 'in train\n    raise RuntimeError("no more")' in said
    assert said.splitlines()[-1].startswith("FailsToTrain failed while training version 1 at ")
    assert list((tmp_path / "results" / "runs").iterdir()) == []
