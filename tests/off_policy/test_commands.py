"""`delaylab evaluate` and `delaylab export`: what they print and write, and what other tools read of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.lab.cli import main
from sim.lab.entry.app import main as run_job
from tests.lab.test_replay import WORLD


@pytest.fixture(scope="module")
def traced(tmp_path_factory) -> Path:
    """The folder of a traced run of two replications, logged by an agent that explores."""
    home = tmp_path_factory.mktemp("logged")
    (home / "feed.yaml").write_text(WORLD)
    where = [f"scenario={home / 'feed.yaml'}", f"results.dir={home / 'results'}"]
    agent = ["learner=epsilon_greedy", "learner.epsilon=0.3", "correction=wait", "cadence=hourly", "ship=push"]
    assert run_job([*where, *agent, "replications=2", "trace=true", "tracker=none"]) == 0
    (folder,) = (home / "results" / "runs").iterdir()
    return folder


def test_evaluate_prints_a_table_and_writes_the_numbers(traced, tmp_path, capsys) -> None:
    file = tmp_path / "found.json"
    ask = ["evaluate", traced.name[:6], "--agent", "uniform", "--at", "6h,12h", "--pending", "no,age"]
    assert main([*ask, "--replication", "1", "--json", str(file), "--results", str(traced.parents[1])]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "feed, logged by EpsilonGreedy; target uniform" in said.out
    rows = json.loads(file.read_text())
    assert len(rows) == 2 * 2 * 6  # whole slates too: the agent that logged says how likely they were
    table = pd.read_parquet(traced / "impressions.parquet")
    table = table[(table.replication == 1) & (table.request_at <= 6 * 3600)]
    weight = (1 / 12) / table.propensity
    positive = (table.status == "positive") & (table.delivered_at <= 6 * 3600)
    assert rows[0]["estimator"] == "ips"
    assert rows[0]["value"] == pytest.approx((weight * positive).sum() / table.groupby(["user", "visit"]).ngroups)


MINE = """import numpy as np
from sim.ports import Slates


class Lowest:
    def __init__(self, first=0):
        self.first = first

    def train(self, experience):
        pass

    def policy(self):
        return self

    def act(self, observations):
        ids = observations.catalogue.ids[self.first : self.first + observations.size]
        return Slates(np.repeat(ids[None, :], len(observations), axis=0), np.ones((len(observations), len(ids))))
"""


def test_the_target_may_be_of_one_s_own(traced, tmp_path, monkeypatch, capsys) -> None:
    """A class, a YAML in a folder, overrides with a key: the same value three times, and another with the key."""
    (tmp_path / "own_target.py").write_text(MINE)
    (tmp_path / "conf" / "learner").mkdir(parents=True)
    (tmp_path / "conf" / "learner" / "lowest.yaml").write_text("_target_: own_target.Lowest\nfirst: 0\n")
    (tmp_path / "conf" / "agent").mkdir()
    named = "# @package _global_\ndefaults:\n  - override /learner: lowest\n  - override /cadence: hourly\n"
    (tmp_path / "conf" / "agent" / "lowest_hourly.yaml").write_text(named)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    values = []
    own = ["--config-dir", "conf"]
    for words in (
        ["own_target:Lowest"], ["lowest_hourly", *own], ["learner=lowest cadence=hourly", *own],
        ["learner=lowest learner.first=3 cadence=hourly", *own],
    ):  # fmt: skip
        file = tmp_path / f"{len(values)}.json"
        ask = ["evaluate", str(traced), "--agent", *words, "--pending", "no", "--train", "1h", "--json", str(file)]
        assert main([*ask, "--results", str(traced.parents[1])]) == 0, capsys.readouterr().err
        values.append([row["truth"] for row in json.loads(file.read_text())])
    assert values[0] == values[1] == values[2] != values[3]


def test_wrong_questions_are_one_line(traced, tmp_path, capsys) -> None:
    results = ["--results", str(traced.parents[1])]
    for words, why in (
        (["evaluate", "nothing", "--agent", "uniform"], "evaluate: 'nothing' is no folder"),
        (["evaluate", traced.name, "--agent", "unifrm"], "did you mean uniform"),
        (["evaluate", traced.name, "--agent", "nowhere:Mine"], "--agent: nowhere:Mine: No module named 'nowhere'"),
        (["evaluate", traced.name, "--agent", "learner=unifrm"], "uniform"),
        (
            ["evaluate", traced.name, "--agent", "uniform", "--at", "9d"],
            "--at: is 9d; instants above 0 ",
        ),
        (["evaluate", traced.name, "--agent", "uniform", "--at", "soon"], "--at: 'soon' is not a duration"),
        (["evaluate", traced.name, "--agent", "uniform", "--replication", "2"], "no replication 2"),
        (["export", traced.name, "--as", "vw", "--to", str(tmp_path)], "is there already"),
        (["export", traced.name, "--as", "vw", "--at", "13h"], "up to the horizon, 12h"),
        (["export", traced.name, "--as", "openbandit", "--at", "1s"], "no request lies before 1s"),
    ):
        assert main([*words, *results]) == 2
        said = capsys.readouterr()
        assert why in said.err
        assert len(said.err.splitlines()) == 1


def _exported(traced: Path, kind: str, place: Path, *more: str) -> Path:
    assert main(["export", str(traced), "--as", kind, "--to", str(place / kind), *more]) == 0
    return place / kind


def test_parquet_has_context_candidates_and_what_is_known(traced, tmp_path) -> None:
    rows = pd.read_parquet(_exported(traced, "parquet", tmp_path, "--at", "6h") / "log.parquet")
    trace = pd.read_parquet(traced / "impressions.parquet")
    trace = trace[(trace.replication == 0) & (trace.request_at <= 6 * 3600)].reset_index()
    for name in ("request_at", "user", "visit", "position", "item", "propensity"):
        assert (rows[name] == trace[name]).all()
    known = trace.delivered_at <= 6 * 3600
    assert (rows.known == known).all()
    assert (rows.label == (known & (trace.status == "positive"))).all()
    assert 0 < known.mean() < 1
    assert {len(c) for c in rows.candidates} == {12}
    assert all(item in set(c) for item, c in zip(rows["item"], rows.candidates, strict=True))
    assert {len(f) for f in rows.user_features} == {4}
    assert {f[0] for f in rows.user_features} == {1.0}
    assert {len(f) for f in rows.item_features} == {3}


def test_vowpal_wabbit_reads_its_file(traced, tmp_path) -> None:
    """Each example has one labelled action with cost and probability, and VW's own IPS is that of the frame."""
    vw = pytest.importorskip("vowpalwabbit")
    file = _exported(traced, "vw", tmp_path, "--at", "6h") / "log.vw"
    rows = pd.read_parquet(_exported(traced, "parquet", tmp_path, "--at", "6h") / "log.parquet")
    model = vw.Workspace("--cb_explore_adf --epsilon 0.1 --quiet --interactions UI")
    found = []
    for text in file.read_text().split("\n\n")[:-1]:
        examples = model.parse(text, labelType=vw.LabelType.CONTEXTUAL_BANDIT)
        costs = [vw.CBLabel.from_example(e).costs for e in examples]
        ((place, cost),) = [(place, own[0]) for place, own in enumerate(costs) if own and own[0].cost < 1e9 and place]
        found.append((place - 1, -cost.cost, cost.probability))
        model.learn(examples)
        model.finish_example(examples)
    place, label, chance = map(np.array, zip(*found, strict=True))
    assert len(found) == len(rows)
    own = [list(c).index(i) for c, i in zip(rows.candidates, rows["item"], strict=True)]
    assert place.tolist() == own
    assert label == pytest.approx(rows.label.to_numpy())
    assert chance == pytest.approx(rows.propensity.to_numpy(), rel=1e-6)


def test_the_files_of_open_bandit_pipeline(traced, tmp_path) -> None:
    """The columns that its dataset class documents; read by it where it is installed."""
    folder = _exported(traced, "openbandit", tmp_path)
    place = folder / "bts" / "all"
    rows, items = (pd.read_csv(place / name, index_col=0) for name in ("all.csv", "item_context.csv"))
    needed = ["timestamp", "item_id", "position", "click", "propensity_score"]
    assert list(rows)[:5] == needed
    assert [name for name in rows if name not in needed] == [f"user_feature_{n}" for n in range(3)]
    trace = pd.read_parquet(traced / "impressions.parquet")
    trace = trace[trace.replication == 0]
    assert rows.click.sum() == (trace.status == "positive").sum()
    assert rows.propensity_score.to_numpy() == pytest.approx(trace.propensity.to_numpy())
    assert sorted(rows.position.unique()) == [1, 2, 3]
    assert items.item_id.tolist() == list(range(len(items)))
    assert rows.item_id.max() < len(items)
    assert pd.to_datetime(rows.timestamp, format="ISO8601").is_monotonic_increasing
    assert [name for name in items if name != "item_id"] == [f"item_feature_{n}" for n in range(3)]


def test_open_bandit_pipeline_reads_them(traced, tmp_path) -> None:
    """It wants numpy below 2 (sb-obp 0.5.10) or Python below 3.11 (obp 0.5.7), so it is not among our packages."""
    dataset = pytest.importorskip("obp.dataset", reason="obp does not install beside numpy 2")
    read = dataset.OpenBanditDataset("bts", "all", _exported(traced, "openbandit", tmp_path))
    feedback = read.obtain_batch_bandit_feedback()
    rows = pd.read_csv(tmp_path / "openbandit" / "bts" / "all" / "all.csv", index_col=0)
    assert feedback["n_rounds"] == len(rows)
    assert feedback["reward"].sum() == rows.click.sum()
    assert feedback["context"].shape == (len(rows), 3)
