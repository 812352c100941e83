"""A sweep that is asked something answers it: in the terminal, in its folder, and at the top of its report."""

from pathlib import Path

import pandas as pd
import pytest

from sim.analysis.decision import AskedDecision
from sim.errors import LabError
from sim.lab.entry.app import main
from sim.lab.report.decisions.base import decisions
from sim.laws.durations import text
from tests.lab.conftest import page_only, undrawn

SMALL = ["tracker=none", "hydra/launcher=basic", "replications=3"]
WINDOWS = "scenario.feedback.click.window=1m,10m,1h"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.yaml").write_text(
        "name: tiny\nhorizon: 6h\nusers: {count: 3, visits: {every: 10m}}\nitems: {click_rates: [0.7, 0.2]}\n"
        "slate: {size: 1, choice: bernoulli}\n"
        "feedback: {click: {delay: exponential(mean=5m), window: 30m}, learn_from: click}\n"
        "platform: {training: {fixed: 0s}, push: 0s}\n"
    )
    return tmp_path


def folder_of(here: Path) -> Path:
    (folder,) = (here / "results" / "sweeps").iterdir()
    return folder


def test_each_decision_is_found_by_its_name() -> None:
    assert "attribution_window" in decisions()
    asked = AskedDecision.of({"name": "attribution_window", "quick": {"replications": 2}}, decisions())
    assert (asked.decision.name, asked.quick) == ("attribution_window", {"replications": 2})


@pytest.mark.drawn
def test_a_sweep_ends_with_the_answer(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page_only(monkeypatch)
    agent = ["cadence=micro_batch", "learner=epsilon_greedy", "correction=wait", "ship=null"]
    assert main(["-m", "scenario=./tiny.yaml", "decision=attribution_window", "score_from=2h", WINDOWS, *agent, *SMALL,
                 "scenario.users.count=3"]) == 0  # fmt: skip
    said = capsys.readouterr().out
    assert "After how long does silence count as no?" in said
    folder = folder_of(here)
    table = pd.read_csv(folder / "attribution_window.csv")
    assert table["window"].tolist() == ["1m", "10m", "1h"]
    assert table["pairs"].tolist() == [3, 3, 3]
    assert (table["feedback/credited"].diff().dropna() > 0).all()
    assert (folder / "attribution_window.png").stat().st_size > 10_000
    page = (folder / "report.html").read_text()
    assert page.index("After how long does silence count as no?") < page.index("the best of these".capitalize())


def test_windows_follow_from_the_scenario_where_none_are_given(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    undrawn(monkeypatch)
    given = [
        "experiment=attribution_window",
        "scenario=./tiny.yaml",
        "quick=true",
        "tracker=none",
        "cadence=micro_batch",
    ]
    few = ["scenario.users.count=2", "scenario.users.visits.every=1h"]
    assert main([*given, "hydra/launcher=basic", *few]) == 0
    table = pd.read_csv(folder_of(here) / "attribution_window.csv")
    assert table["window"].tolist() == ["30s", "2m", "5m", "10m", "20m", "30m", "2h"]
    assert table["own"].tolist() == [False] * 5 + [True, False]
    assert [text(at) for at in table["window/seconds"]] == table["window"].tolist()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["decision={name:[rules]}"], "decision: unknown name \"['rules']\""),
        (["decision=attribution_windo"], "decision: unknown name 'attribution_windo', did you mean attribution_window"),
        (
            ["decision={name: attribution_window, of: 1}"],
            "decision: of: attribution_window has no settings; name and quick are allowed",
        ),
        (
            ["decision=attribution_window", "scenario=news_feed,shop"],
            "attribution_window is asked of one scenario at a time",
        ),
        (["decision={name: attribution_window, fits: click}"], "decision.fits: is 'click'; settings {KEY: VALUE} are"),
        (["decision=attribution_window", "scenario.horizon=10s"], "there are no two windows to compare within a third"),
    ],
)
def test_what_cannot_be_asked_is_told(
    given: list[str], said: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["-m", "scenario=./tiny.yaml", "tracker=none", *given]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            ["experiment=fresh_features", "scenario=shop"],
            "scenario.name: is shop; this experiment is for news_feed: use experiment=fresh_features_anywhere",
        ),
        (
            ["experiment=vendor_rules", "scenario=shop"],
            "scenario.feedback.learn_from: is conversion; this experiment is for click: "
            "use experiment=vendor_rules_purchases",
        ),
        (
            ["experiment=vendor_rules_purchases", "scenario=./tiny.yaml"],
            "scenario.feedback.learn_from: is click; this experiment is for conversion: use experiment=vendor_rules",
        ),
    ],
)
def test_an_experiment_for_other_scenarios_names_the_one_that_fits(
    given: list[str], said: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*given, "tracker=none"]) == 2
    assert capsys.readouterr().err.strip() == said
    assert not (here / "results").exists()


def test_an_experiment_that_knows_no_other_one_names_none() -> None:
    for told in ({}, {"otherwise": None}):
        asked = AskedDecision.of(
            {"name": "attribution_window", "fits": {"scenario.name": ["a", "b"]}, **told}, decisions()
        )
        with pytest.raises(LabError, match=r"^scenario.name: is shop; this experiment is for a or b$"):
            asked.check_fits(lambda key: "shop")
