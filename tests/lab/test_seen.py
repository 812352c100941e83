"""``delaylab seen``, and what reports say of what the dashboard hides."""

import shutil
from pathlib import Path

import pytest
import yaml

from sim.analysis.paired.comparison import comparison
from sim.analysis.report.asked import Asked
from sim.analysis.report.chosen import chosen
from sim.lab.cli import main as command
from sim.lab.entry.app import main as run_job
from sim.lab.report.panels.as_seen import AsSeen
from sim.lab.store.run_folder import records

LATE = """\
name: late
description: A few users, three arms, and purchases that come days later.
horizon: 4d
users: {count: 5, visits: {every: 1h}}
items: {click_rates: [0.7, 0.4, 0.2]}
slate: {size: 1}
feedback: {click: {delay: "exponential(mean=1d)", window: 2d}}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with two runs in one world."""
    home = tmp_path_factory.mktemp("late")
    (home / "late.yaml").write_text(LATE)
    where = [f"scenario={home / 'late.yaml'}", f"results.dir={home / 'results'}", "tracker=none", "replications=4"]
    for agent in ("uniform", "ucb1_online"):
        assert run_job([*where, f"agent={agent}"]) == 0
    return home


@pytest.fixture
def shops(home, tmp_path: Path, monkeypatch):
    """The names of both runs, in a working directory of their own."""
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return [one.hash for one in records(home / "results")]


def test_a_run_says_it(shops, lab, capsys) -> None:
    assert lab("agent=uniform", "replications=4", scenario="./late.yaml") == 0
    said = capsys.readouterr().out
    assert "seen    On day 3 the dashboard shows" in said
    assert "was there already" in said


def test_a_run_is_a_table_and_sentences(shops, capsys) -> None:
    assert command(["seen", shops[0], "--png", "one.png"]) == 0
    said = capsys.readouterr().out
    assert "uniform" in said
    assert "in truth" in said
    assert "28 d later" not in said  # the horizon comes first
    assert "On day 3 the dashboard shows" in said
    assert "Who waits until the window is over (2 d) cannot read day 3 yet" in said
    assert "Weighted by age" in said
    assert Path("one.png").read_bytes().startswith(b"\x89PNG")


def test_two_runs_are_compared(shops, capsys) -> None:
    assert command(["seen", shops[0], shops[1], "--png", "two.png"]) == 0
    said = capsys.readouterr().out
    assert "clicks in 100 impressions, RUN2 less RUN: ucb1" in said
    assert "With 4 replications no day can be called honest" in said
    assert Path("two.png").is_file()


def test_runs_that_cannot_be_compared_are_refused(shops, lab, capsys) -> None:
    assert lab("agent=uniform", "scenario.users.count=6", scenario="./late.yaml") == 0
    (other,) = {one.hash for one in records(Path("results"))} - set(shops)
    assert lab("agent=ucb1_online", "seed=1", "replications=4", scenario="./late.yaml") == 0
    (seeded,) = {one.hash for one in records(Path("results"))} - {*shops, other}
    capsys.readouterr()
    for pair, why in (
        ((shops[0], other), "have different worlds"),
        ((shops[0], seeded), "the same seed and replications"),
        ((shops[0], shops[0]), "must differ in the agent or platform"),
    ):
        assert command(["seen", *pair]) == 2
        assert why in capsys.readouterr().err
    assert command(["seen", shops[0], "--kind", "conversion"]) == 2
    assert "--kind: conversions are not learnt in it; click is allowed" in capsys.readouterr().err
    assert command(["seen", "nothing"]) == 2


def test_a_run_of_before_is_refused(shops, capsys) -> None:
    folder = Path("results") / "runs" / shops[0]
    curve = records(Path("results"))[0].table("curve")
    curve[[name for name in curve if not name.startswith("seen/")]].to_parquet(folder / "curve.parquet")
    assert command(["seen", shops[0]]) == 2
    assert "is of an older version; run it again with rerun=true" in capsys.readouterr().err


def test_a_run_without_requests_is_refused(lab, tmp_path, capsys) -> None:
    (tmp_path / "late.yaml").write_text(LATE)
    assert lab("agent=uniform", "scenario.horizon=1s", scenario="./late.yaml") == 0
    (one,) = records(tmp_path / "results")
    capsys.readouterr()
    assert command(["seen", one.hash]) == 2
    assert "it has no requests; a longer horizon or more users are needed" in capsys.readouterr().err


def test_a_panel_of_the_report(shops) -> None:
    found = comparison(records(Path("results")))
    panel = AsSeen.of(Asked(found, chosen(found)))
    assert panel is not None
    assert [line.name.partition(": ")[2] for line in panel.lines] == ["in truth", "as seen at the end of the day"] * 2
    assert "looks better" in panel.about or "is not known" in panel.about
    assert panel.about.endswith(" Shaded: 95 % intervals of the truth.")
    assert all((one.values[:3] <= 100.0).all() for one in panel.lines)
    figure = panel.draw()
    assert figure.axes[0].get_ylabel() == "clicks in 100 impressions"


def test_the_worlds_file_is_checked(shops, capsys) -> None:
    folder = Path("results") / "runs" / shops[0]
    config = yaml.safe_load((folder / "config.yaml").read_text())
    config["scenario"]["horizon"] = "soon"
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    assert command(["seen", shops[0]]) == 2
    assert "config.yaml: scenario.horizon" in capsys.readouterr().err
