"""``delaylab cadence``: what it runs, keeps, writes and says."""

import json
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex

from sim.analysis.cadence_cost.costs import Costs, Measured
from sim.analysis.cadence_cost.prices import Prices
from sim.lab.cli import main
from sim.lab.report.charts.cadence import draw
from tests.lab.conftest import summary

HERE = ["hydra/launcher=basic", "agent=ucb1_online", "replications=2"]
PRICE = ["--price", "per_reward=2, per_training_hour=3, per_push=0.5"]


@pytest.fixture
def command(tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch):
    """Run the command in a working directory of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: main(["cadence", "./tiny.yaml", *arguments])


def test_it_prices_every_interval_and_keeps_the_runs(command, tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert command(*HERE, *PRICE, "--intervals", "10m,20m") == 0
    runs = {folder: summary(folder) for folder in (tmp_path / "results" / "runs").iterdir()}
    assert len(runs) == 3
    (place,) = (tmp_path / "results" / "cadences").iterdir()
    assert {file.name for file in place.iterdir()} == {"cadence.csv", "cadence.json", "cadence.png"}
    found = json.loads((place / "cadence.json").read_text())
    assert [one["cadence"] for one in found["cadences"]] == ["online", "10m", "20m"]
    days, scored = 2 / 24, (120 - 40) / 1440  # two of the longest interval are not scored
    totals = {run["versions/trained"] / days: run for run in runs.values()}
    for one in found["cadences"]:
        run = totals[one["retrains"]]
        assert one["reward"] == pytest.approx(run["reward/total"] / scored)
        assert one["training_hours"] == pytest.approx(run["cost/training_time"] / 3600 / days)
    out, err = capsys.readouterr()
    assert "3 cadences x 2 replications of about 56 requests each: a few seconds" in err
    assert "not shown at this width" in out
    assert max(map(len, out.partition("table ")[0].splitlines())) <= 80
    before = {folder: folder.stat().st_mtime_ns for folder in runs}
    assert command(*HERE, "--price=per_push=1", "--intervals=10m,20m") == 0  # other prices, no run
    assert {folder: folder.stat().st_mtime_ns for folder in (tmp_path / "results" / "runs").iterdir()} == before
    assert capsys.readouterr().err.startswith("3 cadences x 2 replications, all known from before\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--price", "per_rewards=1"], "--price: unknown name 'per_rewards', did you mean per_reward; known are "),
        ([*PRICE, "--intervals", "2h"], "--intervals: 2h leaves nothing to score of a horizon of 2h"),
        ([*PRICE, "cadence=online,nightly"], "cadence: several values make a sweep; cadence prices the cadences of "),
        ([*PRICE, "agent=linucb_onlin"], "agent: unknown name 'linucb_onlin', did you mean linucb_online; "),
        ([*PRICE, "replications.until=0.1"], "cadence: replications are not added until something is known"),
    ],
)
def test_what_is_wrong_is_a_line_and_exit_code_2(command, tmp_path: Path, capsys, arguments, message) -> None:
    assert command(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(message)
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.yaml"]


def test_intervals_are_whole_in_the_figure() -> None:
    rewards = [[100.0, 100.0], [98.0, 94.0], [99.0, 91.0], [20.0, 30.0]]  # the last bar is cut
    found = [Measured(interval, np.array(reward), np.zeros(2), np.zeros(2), 1.0)
             for interval, reward in zip([None, 600.0, 1200.0, 7200.0], rewards, strict=True)]  # fmt: skip
    costs = Costs.of(found, Prices(per_reward=1.0))
    (axes,) = draw(costs, "", "").axes
    low, high = axes.get_ylim()
    mean, half = costs.more[2]
    assert half == pytest.approx(50.8, abs=0.1)  # t with one degree of freedom
    assert low < mean - half < mean + half < high < costs.total[3].mean()
    assert _marks(costs) == (["bold"], sum(costs.near))


def _marks(costs: Costs) -> tuple[list[str], int]:
    """Return the weights of the figure's bold numbers, and how many cadences have a band."""
    (axes,) = draw(costs, "", "").axes
    bands = [one for one in axes.patches if to_hex(one.get_facecolor()).upper() == "#D5EBDD"]
    return [str(one.get_weight()) for one in axes.texts if one.get_weight() != "normal"], len(bands)


def test_nothing_is_marked_where_all_earn_alike() -> None:
    rewards, costs = np.array([3.0, 4.0]), [0.0, 1.0]
    found = [Measured(at, rewards, cost * rewards, rewards, 1.0) for at, cost in zip([None, 600.0], costs, strict=True)]
    assert _marks(Costs.of(found, Prices(per_reward=1.0, per_training_hour=1.0))) == ([], 0)
