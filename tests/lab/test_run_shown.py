"""What a run of the Python interface prints, shows in a notebook, and draws."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from agents import Agent
from sim import Run, Scenario, simulate
from sim.analysis.bands import POINTS
from sim.score.summary import interval


@pytest.fixture
def run(tiny: Path) -> Run:
    return simulate(tiny, agent="ucb1_online", seed=3, replications=3, trace=False, score_from="10m")


class Cells(HTMLParser):
    """The texts of a table, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_a_scenario_is_one_line(tiny: Path) -> None:
    scenario = Scenario.load(tiny)
    assert repr(scenario) == str(scenario) == "Scenario('tiny', horizon='2h', users=5, items=3)"


def test_a_run_is_one_line(run: Run) -> None:
    assert repr(run) == (
        "Run(scenario='tiny', agent=Agent(UCB1(), ObservedOnly(), Online(), ship='in_place'), seed=3, replications=3, "
        f"regret={run.summary['regret/at_base_rate']:.4g}, fingerprint='{run.fingerprint[:8]}')"
    )


def test_a_run_knows_what_it_is_of(run: Run, tiny: Path) -> None:
    assert (run.scenario, run.seed, run.score_from, len(run.replicates)) == (Scenario.load(tiny), 3, 600.0, 3)
    assert run.agent.describe()["learner"] == {"class": "agents.UCB1", "scale": 1.0}


def test_a_notebook_shows_the_scores_with_their_intervals(run: Run) -> None:
    cells = Cells(run._repr_html_())
    assert cells.tags == {"table", "caption", "tbody", "tr", "th", "td"}
    assert cells.texts[0].startswith("tiny: Agent(UCB1(), ")
    regret = cells.texts[cells.texts.index("regret at the base rate") + 1]
    mean, half = (float(number) for number in regret.split(" ± "))
    assert mean == pytest.approx(run.summary["regret/at_base_rate"], abs=0.01)
    assert half == pytest.approx(run.summary["regret/at_base_rate/high"] - run.summary["regret/at_base_rate"], rel=0.05)


class Hostile:
    def train(self, experience): ...

    def policy(self): ...

    def __repr__(self) -> str:
        return "<script>alert(1)</script>&$x$"


@pytest.mark.drawn
def test_names_in_a_notebook_and_a_figure_are_text(run: Run) -> None:
    hostile = replace(run, agent=Agent(Hostile()))
    page = hostile._repr_html_()
    assert "<script>" not in page
    assert Cells(page).texts[0].startswith("tiny: Agent(<script>alert(1)</script>&$x$, ")
    hostile.plot().savefig(BytesIO(), format="svg")  # would fail if $ began a formula that is none


def test_the_figure_has_regret_and_staleness_with_bands(run: Run) -> None:
    figure = run.plot()
    above, below = figure.axes
    assert isinstance(figure, Figure)
    assert above.get_ylabel() == "regret at the base rate,\nreward a request"
    assert below.get_ylabel() == "staleness"
    assert [line.get_label() for line in below.get_lines()] == ["data age", "model age"]
    assert len(above.collections) == 1
    assert len(below.collections) == 2
    at, regret = above.get_lines()[0].get_data()
    assert len(at) in POINTS
    assert 24 * at[-1] == pytest.approx(2.0, abs=0.2)  # hours; the middle of the last part
    assert below.get_xlabel() == "simulated hours"
    assert np.nanmin(regret) >= 0


def test_the_bands_are_the_intervals_over_replications() -> None:
    from sim.lab.report.panels.over_time import plot

    rows = [
        {"replication": r, "bucket": b, "at": 60.0 * (b + 1), "requests": 2, "weight": 2.0,
         "regret/at_base_rate": r + b,         "staleness/data_age/mean": 60.0, "staleness/model_age/mean": 30.0}
        for r in range(3)
        for b in range(2)
    ]  # fmt: skip
    above, below = plot(pd.DataFrame(rows), "a run").axes
    assert above.get_lines()[0].get_ydata().tolist() == [1.0, 2.0]
    _, half = interval(np.array([0.0, 1.0, 2.0]))
    path = above.collections[0].get_paths()[0].vertices[:, 1]
    assert path.max() == pytest.approx(2.0 + half)
    assert path.min() == pytest.approx(1.0 - half)
    assert below.get_lines()[1].get_ydata().tolist() == [30.0, 30.0]


def test_one_replication_has_no_band(tiny: Path) -> None:
    figure = simulate(tiny, agent="uniform", trace=False).plot()
    assert [len(axes.collections) for axes in figure.axes] == [0, 0]
    assert "$" not in figure.get_suptitle()
