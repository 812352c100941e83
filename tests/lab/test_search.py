"""Searches: Optuna chooses, runs are made once, what failed is told as failed."""

import json
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

from sim.lab.entry.app import main
from sim.lab.store.run_folder import records
from sim.lab.sweep.optuna.search import Search
from sim.lab.tracking.log import LOGGED, THERE, Log
from tests.lab.conftest import TINY, undrawn
from tests.lab.mlflow_there import there

pytest.importorskip("optuna")
ALPHA = "learner.alpha=tag(log,interval(0.1,2))"
SPACE = ("learner=linucb", "cadence=hourly", "cadence.interval=interval(10m,1h)", ALPHA)
SEARCH = ("-m", "hydra/sweeper=optuna", "hydra/launcher=basic")
REGRET = "regret/at_base_rate"


def trials(results: Path) -> pd.DataFrame:
    """Return the table of trials of the only search that there is."""
    (file,) = (results / "sweeps").glob("*/trials.csv")
    return pd.read_csv(file)


def best(results: Path) -> dict:
    (file,) = (results / "sweeps").glob("*/optimization_results.yaml")
    return dict(yaml.safe_load(file.read_text()))


def scores(results: Path) -> dict[str, float]:
    return {r.hash: r.summary[REGRET] for r in records(results)}


def began(results: Path) -> dict[str, str]:
    return {r.hash: r.manifest["started_at"] for r in records(results)}


@pytest.fixture
def lab(lab, monkeypatch: pytest.MonkeyPatch):
    """The same, undrawn."""
    undrawn(monkeypatch)
    return lab


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results folder of a search of five trials."""
    folder = tmp_path_factory.mktemp("searched")
    (folder / "tiny.yaml").write_text(TINY, encoding="utf-8")
    common = [f"scenario={folder / 'tiny.yaml'}", f"results.dir={folder / 'results'}", "tracker=none"]
    with pytest.MonkeyPatch.context() as patch:
        undrawn(patch)
        assert main([*common, *SEARCH, *SPACE, "hydra.sweeper.n_trials=5"]) == 0
    return folder / "results"


def test_what_is_told_is_the_score_of_the_run(searched: Path) -> None:
    table = trials(searched)
    assert table["trial"].tolist() == [0, 1, 2, 3, 4]
    assert table["objective"].tolist() == [scores(searched)[run] for run in table["run"]]
    assert table["best"].tolist() == table["objective"].cummin().tolist()


def test_trials_are_points_of_the_space_in_units(searched: Path) -> None:
    table = trials(searched)
    windows = {r.hash: r.config["agent"]["cadence"]["interval"] for r in records(searched)}
    told = [int(text.removesuffix("s")) for text in table["cadence.interval"]]
    assert told == [windows[run] for run in table["run"]]
    assert all(600 <= seconds <= 3600 for seconds in told)
    assert table["learner.alpha"].between(0.1, 2).all()
    alphas = {r.hash: r.config["agent"]["learner"]["alpha"] for r in records(searched)}
    assert table["learner.alpha"].tolist() == [alphas[run] for run in table["run"]]


def test_the_best_is_written_down(searched: Path) -> None:
    table, found = trials(searched), best(searched)
    least = table.loc[table["objective"].idxmin()]
    assert found["best_value"] == least["objective"] == min(scores(searched).values())
    assert (found["best_trial"], found["run"]) == (least["trial"], least["run"])
    assert found["best_params"]["cadence.interval"] == least["cadence.interval"]
    assert found["best_params"]["learner.alpha"] == least["learner.alpha"]  # a number, not text
    assert (found["name"], found["direction"], found["trials"], found["failed"]) == ("optuna", "minimize", 5, 0)


def test_every_key_that_was_searched_is_a_column(searched: Path) -> None:
    (file,) = (searched / "sweeps").glob("*/comparison.csv")
    table = trials(searched).set_index("run")
    compared = pd.read_csv(file).set_index("run")
    assert compared["cadence.interval"].to_dict() == table["cadence.interval"].to_dict()
    assert compared["learner.alpha"].to_dict() == table["learner.alpha"].to_dict()


def test_mlflow_has_the_search(searched: Path, tmp_path: Path) -> None:
    log = Log(tmp_path, None, "delaylab")
    assert log.log_sweep(next((searched / "sweeps").iterdir())) == LOGGED
    assert log.log_sweep(next((searched / "sweeps").iterdir())) == THERE
    client, experiment = there(tmp_path)
    (sweep,) = client.search_runs([experiment])
    for name, column in (("objective", "objective"), ("objective/best", "best")):
        steps = client.get_metric_history(sweep.info.run_id, name)
        assert [(s.step, s.value) for s in steps] == list(enumerate(trials(searched)[column]))
    files = {a.path for a in client.list_artifacts(sweep.info.run_id)}
    assert {"trials.csv", "optimization_results.yaml", "comparison.csv"} <= files


def test_the_better_cadence_is_found(lab, tmp_path: Path, capsys) -> None:
    last_is_best = "scenario.items.click_rates=[0.1,0.1,0.9]"  # so that one who never learns shows the others
    arguments = ("learner=ucb1", "cadence=never,online", last_is_best, "replications=2", "hydra.sweeper.n_trials=4")
    assert lab(*SEARCH, *arguments) == 0
    table, results = trials(tmp_path / "results"), tmp_path / "results"
    assert len(records(results)) == table["run"].nunique() == 2  # each is run once, however often it is asked for
    regret = table.groupby("cadence")["objective"].first()
    assert regret["online"] < 0.5 * regret["never"]
    assert best(results)["best_params"] == {"cadence": "online"}
    assert "best    cadence=online\n" in capsys.readouterr().out


def test_the_search_again_runs_nothing_and_more_trials_go_on(lab, tmp_path: Path) -> None:
    results = tmp_path / "results"
    assert lab(*SEARCH, *SPACE, "hydra.sweeper.n_trials=2", "hydra.sweeper.n_jobs=1") == 0
    before, first = began(results), trials(results)
    assert lab(*SEARCH, *SPACE, "hydra.sweeper.n_trials=3", "hydra.sweeper.n_jobs=1") == 0
    pd.testing.assert_frame_equal(trials(results).head(2), first)
    assert len(trials(results)) == len(began(results)) == 3
    assert {run: at for run, at in began(results).items() if run in before} == before


def test_ended_within_the_first_batch_it_goes_on(lab, tmp_path: Path, monkeypatch, capsys) -> None:
    def end(self, search, *_):
        raise KeyboardInterrupt

    results, arguments = tmp_path / "results", (*SEARCH, *SPACE, "hydra.sweeper.n_trials=2", "tracker=none")
    with monkeypatch.context() as patch:
        patch.setattr(Search, "tell", end)
        assert lab(*arguments) == 130
    assert "Traceback" not in capsys.readouterr().err
    before = began(results)
    assert lab(*arguments) == 0
    assert began(results) == before  # two runs were complete, and are not run again
    assert len(before) == len(trials(results)) == 2


@pytest.mark.slow
def test_another_seed_is_another_search(lab, tmp_path: Path) -> None:
    for seed in (0, 1):
        assert lab(*SEARCH, *SPACE, "hydra.sweeper.n_trials=1", f"hydra.sweeper.sampler.seed={seed}") == 0
    one, other = (pd.read_csv(f)["learner.alpha"][0] for f in (tmp_path / "results" / "sweeps").glob("*/trials.csv"))
    assert one != other


def test_a_score_may_be_maximised_at_random(lab, tmp_path: Path) -> None:
    more = ("objective=reward/total", "hydra.sweeper.direction=maximize", "hydra/sweeper/sampler=random")
    assert lab(*SEARCH, *SPACE, *more, "hydra.sweeper.n_trials=2") == 0
    results = tmp_path / "results"
    assert best(results)["best_value"] == max(r.summary["reward/total"] for r in records(results))


OWN = """\
from agents import UCB1


class Fragile(UCB1):
    def __init__(self, load=0.0):
        super().__init__()
        self.load = load

    def train(self, experience):
        if self.load > 1:
            raise RuntimeError("too much")
        super().train(experience)
"""


def test_a_trial_that_fails_costs_itself_only(lab, tmp_path: Path, monkeypatch, capsys) -> None:
    (tmp_path / "fragile.py").write_text(OWN)
    (tmp_path / "conf" / "learner").mkdir(parents=True)
    (tmp_path / "conf" / "learner" / "fragile.yaml").write_text("_target_: fragile.Fragile\nload: 0.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    arguments = ("--config-dir", str(tmp_path / "conf"), "learner=fragile", "learner.load=range(0,4)", "cadence=online")
    assert lab(*SEARCH, *arguments, "hydra.sweeper.n_trials=6", "hydra/sweeper/sampler=random") == 2
    table, results = trials(tmp_path / "results"), tmp_path / "results"
    failed = table["learner.load"] > 1
    assert 0 < failed.sum() < 6
    assert (table["state"] == "failed").tolist() == failed.tolist()
    assert table["objective"].isna().tolist() == failed.tolist()
    assert best(results)["failed"] == failed.sum()
    assert "learner.load=2" in capsys.readouterr().err


def test_an_impossible_point_between_possible_ends_has_failed(lab, tmp_path: Path, capsys) -> None:
    items, size = "scenario.items.click_rates=choice([0.7,0.4,0.2],[0.7,0.4])", "scenario.slate.size=1,3"
    assert lab(*SEARCH, "learner=ucb1", items, size, "hydra.sweeper.n_trials=5") == 2
    table = trials(tmp_path / "results")
    failed = (table["scenario.slate.size"] == 3) & (table["scenario.items.click_rates"] == "[0.7,0.4]")
    assert 0 < failed.sum() < 5
    assert (table["state"] == "failed").tolist() == failed.tolist()
    assert "1 of " in capsys.readouterr().err


def test_a_search_can_be_a_file(lab, tmp_path: Path) -> None:
    (tmp_path / "conf" / "experiment").mkdir(parents=True)
    (tmp_path / "conf" / "experiment" / "pace.yaml").write_text(
        "# @package _global_\n"
        "defaults: [override /hydra/sweeper: optuna, override /hydra/launcher: basic]\n"
        "objective: {regret/total: 1, cost/training_time: 0.2 per h, pushes: 0.01}\n"
        "hydra:\n"
        "  mode: MULTIRUN\n"
        "  sweeper:\n"
        "    n_trials: 3\n"
        "    params: {learner: ucb1, cadence: hourly, cadence.interval: 'tag(log, interval(10m, 1h))'}\n"
    )
    assert lab("--config-dir", str(tmp_path / "conf"), "experiment=pace") == 0
    results = tmp_path / "results"
    costs = [
        s["regret/total"]
        + 0.2 * s["cost/training_time"] / 3600
        + 0.01 * (s["versions/pushed"] + s["versions/superseded"])
        for s in (r.summary for r in records(results))
    ]
    assert sorted(trials(results)["objective"]) == pytest.approx(sorted(costs), rel=1e-12)
    (folder,) = (results / "sweeps").iterdir()
    assert folder.name.startswith("pace-")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["learner=ucb1"], "hydra/sweeper=optuna: there is nothing to search; leave a key open, such as "),
        ([ALPHA, "replications.until=0.1"], "replications.until: is about a comparison; a search takes a number"),
        (["seed=0,1"], "seed: cannot be searched; the luckiest would win"),
        (["learner.alpha=interval(2,1)"], "learner.alpha: cannot be searched: `low <= high` must hold"),
        pytest.param(
            ["learner.alpha=tag(log,interval(0,1))"],
            "learner.alpha: cannot be searched: `low > 0` must hold",
            marks=pytest.mark.slow,
        ),
        (["learner.alpha=interval(-1,1)"], "learner: alpha is -1.0, expected a number of at least 0 "),
        pytest.param(
            ["cadence=hourly", "cadence.interval=interval(600,900)"],
            "cadence.interval: 600.0 has no unit; ",
            marks=pytest.mark.slow,
        ),
        (
            ["cadence=hourly", "cadence.interval=interval(600,1d)"],
            "cadence.interval=interval(600,1d): 600 has no unit; ",
        ),
        (["learner=ucb1,linucb", ALPHA], "learner.alpha: unknown key of UCB1; "),
        ([ALPHA, "objective=regret"], "objective: unknown score 'regret', did you mean regret/total; "),
        ([ALPHA, "hydra.sweeper.n_trials=0"], "hydra.sweeper.n_trials: is 0; a whole number >= 1 is allowed"),
        ([ALPHA, "hydra.sweeper.direction=up"], "hydra.sweeper.direction: is 'up'; minimize or maximize is allowed"),
        ([ALPHA, "hydra.sweeper.sampler.seed=x"], "hydra.sweeper.sampler: "),
    ],
)
def test_what_is_wrong_is_one_line(lab, capsys, arguments: list[str], message: str, tmp_path: Path) -> None:
    assert lab(*SEARCH, *arguments) == 2
    said = capsys.readouterr().err
    assert said.startswith(message), said
    assert "Traceback" not in said
    assert not list((tmp_path / "results").glob("runs/*"))


@pytest.mark.parametrize(
    ("flags", "why"), [((), "several values make a sweep: add -m"), (("-m",), "an interval is for an optimiser ")]
)
def test_an_interval_that_nobody_searches_is_named_as_typed(lab, capsys, flags: tuple[str, ...], why: str) -> None:
    assert lab(*flags, "learner=linucb", "learner.alpha=interval(0.1, 2)") == 2
    said = capsys.readouterr().err
    assert said.startswith("learner.alpha")
    assert why in said


def test_without_optuna_it_is_a_line(lab, capsys, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    assert lab(*SEARCH, *SPACE) == 2
    assert capsys.readouterr().err == (
        "hydra/sweeper=optuna: needs optuna, which is not installed; pip install 'delaylab[optuna]' brings it\n"
    )


def test_a_range_of_durations_is_a_sweep_too(lab, tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    pace = "cadence.interval=range(20m,1h,20m)"
    assert lab("-m", "hydra/launcher=basic", "learner=ucb1", "cadence=hourly", pace) == 0
    (file,) = (tmp_path / "results" / "sweeps").glob("*/sweep.json")
    assert [job["overrides"][-1] for job in json.loads(file.read_text())["jobs"]] == [
        "cadence.interval=20m", "cadence.interval=40m",
    ]  # fmt: skip


@pytest.mark.slow
def test_side_by_side_is_the_same_search(lab, tmp_path: Path) -> None:
    assert lab("-m", "hydra/sweeper=optuna", *SPACE, "hydra.sweeper.n_trials=8", "results.dir=side") == 0
    assert lab(*SEARCH, *SPACE, "hydra.sweeper.n_trials=8", "results.dir=one") == 0
    pd.testing.assert_frame_equal(trials(tmp_path / "side"), trials(tmp_path / "one"))
