"""Published tables: their cells' runs, what is the same, what is written."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from scipy import stats

from sim.analysis.published import NO, UNDECIDED, YES, beside_published
from sim.analysis.published_shown import answer_of
from sim.analysis.published_table import Published
from sim.lab.report.charts.published import draw
from sim.lab.store.run_folder import Record
from tests.lab.conftest import page_only

TABLE = {
    "source": "a book",
    "score": "regret/total",
    "rows": {"UCB": {"learner": "ucb1"}, "TS": {"learner": "beta_thompson", "score": "reward/total"}},
    "columns": {1: {"scenario.horizon": "1h"}, 3: {"scenario.horizon": "2h"}},
    "values": {"UCB": [10.0, 20.0], "TS": [5.0, None]},
}
ROWS = {"UCB": {"learner": "ucb1"}, "TS": {"learner": "beta_thompson"}}
EXPERIMENT = """\
# @package _global_
published:
  source: a book
  score: regret/total
  rows: {UCB: {learner: ucb1}, TS: {learner: beta_thompson}}
  columns: {"1": {scenario.horizon: 1h}, "2": {scenario.horizon: 2h}}
  values: {UCB: [3, 30], TS: [1, null]}
  tolerance: 0.12
  ratios: [{of: UCB, to: TS, tolerance: 0.06}]
  orders: [{less: "1", than: "2"}]
  left_open: [who wrote it]
replications: 3
hydra: {mode: MULTIRUN}
"""


def test_each_cell_has_settings_and_a_score_of_its_own() -> None:
    table = Published.model_validate(TABLE)
    assert table.settings()["TS", "3"] == {"learner": "beta_thompson", "scenario.horizon": "2h"}
    assert table.score_of(("TS", "3")) == "reward/total"
    assert table.score_of(("UCB", "1")) == "regret/total"
    assert table.value("UCB", "3") == 20.0
    assert table.value("TS", "3") is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"values": {"LinUCB": [1.0, 2.0]}}, "values.LinUCB: there is no such row; rows: UCB, TS"),
        ({"values": {"UCB": [1.0]}}, "values.UCB: 1 number, one for each of 2 columns"),
        ({"ratios": [{"of": "UCB", "to": "LinUCB", "tolerance": 0.1}]}, "ratios: there is no row LinUCB"),
        ({"orders": [{"less": "UCB", "than": "3"}]}, "orders: UCB and 3 are not two rows, nor two columns"),
        ({"orders": [{"less": "TS", "than": "UCB", "within": ["2"]}]}, "orders: within: 2 is not among 1, 3"),
        ({"tolerance": 0.0}, "greater than 0"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(change: dict, says: str) -> None:
    with pytest.raises(ValidationError, match=says.replace("(", r"\(")):
        Published.model_validate(TABLE | change)


def test_a_cell_within_its_tolerance_is_the_same() -> None:
    table = Published.model_validate(TABLE | {"tolerance": 0.12})
    found = beside_published(table, {("UCB", "1"): [11.0, 11.4], ("UCB", "3"): [17.0, 18.0], ("TS", "3"): [1.0, 2.0]})
    cells = found.cells.set_index(["row", "column"])
    assert cells.loc[("UCB", "1"), "same"] == YES  # 11.2 / 10 = 1.12
    assert cells.loc[("UCB", "3"), "same"] == NO  # 17.5 / 20 = .875
    assert cells.loc[("UCB", "3"), "ratio"] == pytest.approx(0.875)
    assert cells.loc[("TS", "1"), "same"] == ""  # not measured
    assert cells.loc[("TS", "3"), "same"] == ""  # not published
    assert answer_of(table, found).question == "A published table: 1 of 2 published numbers hold here"


def test_of_another_world_only_orders_are_compared() -> None:
    table = Published.model_validate(TABLE | {"only_orders": True, "orders": [{"less": "TS", "than": "UCB"}]})
    found = beside_published(table, {("UCB", "1"): [110.0, 114.0], ("TS", "1"): [52.0, 57.0]})
    assert set(found.cells["same"]) == {""}
    assert found.cells["published"].tolist()[:2] == [10.0, 20.0]
    assert found.statements["same"].tolist() == [YES, ""]
    assert answer_of(table, found).question == "A published table: 1 of 1 order hold here"


def test_without_tolerance_the_interval_must_hold_the_published_number() -> None:
    values = [9.0, 10.0, 12.0, 13.0]
    found = beside_published(Published.model_validate(TABLE), {("UCB", "1"): values, ("UCB", "3"): values})
    low, high = stats.t.interval(0.95, 3, np.mean(values), stats.sem(values))
    first, second = found.cells.iloc[0], found.cells.iloc[1]
    assert [first["low"], first["high"]] == pytest.approx([low, high], rel=1e-12)
    assert (first["same"], second["same"]) == (YES, NO)


def test_ratios_are_those_of_means_with_a_jackknife_interval() -> None:
    rng = np.random.default_rng(7)
    above, below = rng.normal(30.0, 3.0, 400), rng.normal(10.0, 1.0, 400)
    table = Published.model_validate(TABLE | {"ratios": [{"of": "UCB", "to": "TS", "tolerance": 0.06}]})
    found = beside_published(table, {("UCB", "1"): above, ("TS", "1"): below})
    line = found.statements.iloc[0]
    assert line["statement"] == "UCB / TS, 1"
    assert line["published"] == 2.0
    ratio = above.mean() / below.mean()
    error = math.sqrt(above.var() / above.mean() ** 2 + below.var() / below.mean() ** 2) / math.sqrt(400) * ratio
    assert line["measured"] == pytest.approx(ratio, rel=1e-12)
    assert line["high"] - line["low"] == pytest.approx(2 * 1.966 * error, rel=0.1)  # the delta method; correlation ~ 0
    assert line["same"] == NO


def test_orders_are_paired_and_may_stay_undecided() -> None:
    orders = [{"less": "TS", "than": "UCB"}, {"less": "3", "than": "1", "within": ["UCB"]}]
    table = Published.model_validate(TABLE | {"orders": orders})
    common = np.array([0.0, 100.0, 200.0, 300.0])  # far larger than the difference, and shared
    scores = {("UCB", "1"): common + np.array([2.0, 2.1, 1.9, 2.0]), ("TS", "1"): common, ("UCB", "3"): common[:3]}
    first, second, third = (row for _, row in beside_published(table, scores).statements.iterrows())
    assert (first["statement"], first["same"], first["published"]) == ("TS < UCB, 1", YES, -5.0)
    assert first["measured"] == pytest.approx(-2.0)
    assert (second["statement"], second["same"]) == ("TS < UCB, 3", "")  # TS was not measured there
    assert (third["statement"], third["same"]) == ("3 < 1, UCB", YES)
    same = beside_published(table, {("UCB", "1"): [1.0, 2.0], ("TS", "1"): [2.0, 1.0]}).statements.iloc[0]
    assert same["same"] == UNDECIDED


def test_a_bound_holds_if_the_interval_lies_below() -> None:
    values = [9.0, 10.0, 12.0, 13.0]  # 11 ± 2.9
    table = Published.model_validate(TABLE | {"at_most": True, "values": {"UCB": [14.0, 8.0], "TS": [11.0, None]}})
    found = beside_published(table, dict.fromkeys(table.settings(), values))
    assert found.cells["same"].tolist() == [YES, NO, UNDECIDED, ""]


@pytest.mark.parametrize(("plus", "same"), [(0.0, NO), (2.0, UNDECIDED), (2.2, YES)])
def test_an_order_may_have_a_last_term(plus: float, same: str) -> None:
    table = Published.model_validate(TABLE | {"orders": [{"less": "UCB", "than": "TS", "plus": plus, "within": ["1"]}]})
    common = np.array([0.0, 100.0, 200.0, 300.0])
    scores = {("UCB", "1"): common + np.array([2.0, 2.1, 1.9, 2.0]), ("TS", "1"): common}
    line = beside_published(table, scores).statements.iloc[0]
    assert (line["measured"], line["same"]) == (pytest.approx(2.0 - plus), same)


def test_a_figure_says_what_holds_what_its_axes_are_and_where_it_was_published() -> None:
    table = Published.model_validate(TABLE | {"values": {}, "about": "Two rules", "across": "horizon", "rows": ROWS})
    found = beside_published(table, {("UCB", "1"): [1.0, 1.1], ("UCB", "3"): [90.0, 99.0]})
    made = draw(found.cells, table, answer_of(table, found))
    (axes,) = made.axes
    assert axes.get_yscale() == "log"
    made.draw_without_rendering()
    assert {"1", "2", "5", "10"} <= {tick.get_text() for tick in axes.get_yticklabels()}
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("horizon", "total regret (reward lost)")
    keys = [text.get_text() for text in made.legends[0].get_texts()]
    assert keys == ["measured here, 95 % interval".replace(" %", "\xa0%"), "UCB", "TS"]
    title, _, source = made.texts
    assert (title.get_text(), source.get_text()) == ("Two rules: nothing could be compared", "Source: a book")
    assert title.get_window_extent().y0 > axes.get_window_extent().y1
    assert source.get_window_extent().y1 < made.legends[0].get_window_extent().y0 < axes.get_tightbbox().y0


def test_an_interval_below_zero_is_seen() -> None:
    table = Published.model_validate(TABLE | {"rows": ROWS, "values": {}})
    found = beside_published(table, {("UCB", "1"): [0.0, 2.0], ("UCB", "3"): [90.0, 99.0]})
    (axes,) = draw(found.cells, table, answer_of(table, found)).axes
    assert axes.get_ylim()[0] < found.cells["low"].min() < 0.0
    assert axes.get_xlabel() == "horizon"  # the setting that differs


@pytest.mark.drawn
def test_an_experiment_runs_the_cells_and_writes_the_table(lab, tmp_path: Path, capsys, monkeypatch) -> None:
    page_only(monkeypatch)
    (tmp_path / "conf" / "experiment").mkdir(parents=True)
    (tmp_path / "conf" / "experiment" / "book.yaml").write_text(EXPERIMENT)
    assert lab("--config-dir", str(tmp_path / "conf"), "experiment=book", "hydra/launcher=basic") == 0
    (folder,) = (tmp_path / "results" / "sweeps").iterdir()
    cells = pd.read_csv(folder / "published.csv").set_index(["row", "column"])
    assert len(cells) == 4
    assert set(cells["replications"]) == {3}
    runs = [Record(one) for one in (tmp_path / "results" / "runs").iterdir()]
    (run,) = [r for r in runs if r.config.scenario["horizon"] == "2h" and "UCB1" in str(r.config.agent["learner"])]
    assert cells.loc[("UCB", 2), "measured"] == pytest.approx(run.table("replicates")["regret/total"].mean(), rel=1e-12)
    assert len(pd.read_csv(folder / "statements.csv")) == 4
    assert (folder / "published.png").read_bytes()[:4] == b"\x89PNG"
    told = capsys.readouterr().out
    assert "Left open by the source: who wrote it" in told
    assert "A published number holds within 12 %;" in told


def test_a_wrong_table_is_named_by_its_key(lab, tmp_path: Path, capsys) -> None:
    (tmp_path / "conf" / "experiment").mkdir(parents=True)
    (tmp_path / "conf" / "experiment" / "book.yaml").write_text(
        EXPERIMENT.replace("tolerance: 0.12", "tolerance: high")
    )
    assert lab("--config-dir", str(tmp_path / "conf"), "experiment=book") == 2
    assert capsys.readouterr().err.startswith("published.tolerance: input should be a valid number")


def test_a_cell_is_one_run(lab, tmp_path: Path, capsys) -> None:
    (tmp_path / "conf" / "experiment").mkdir(parents=True)
    (tmp_path / "conf" / "experiment" / "book.yaml").write_text(EXPERIMENT)
    assert lab("--config-dir", str(tmp_path / "conf"), "experiment=book", "seed=1,2") == 2
    assert "published: 8 jobs for 4 cells" in capsys.readouterr().err
