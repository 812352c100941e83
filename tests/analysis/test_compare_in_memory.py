"""Runs in memory are compared as those in folders are, and those that share no random numbers are refused."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import sim
import sim.analysis
from agents import UCB1, Agent, Every, Uniform
from sim import Run, compare, simulate
from sim.errors import LabError

REGRET = "regret/at_base_rate"
TINY = {
    "name": "tiny",
    "horizon": "2h",
    "users": {"count": 5, "visits": {"every": "10m"}},
    "items": {"click_rates": [0.7, 0.4, 0.2]},
    "slate": {"size": 1, "choice": "bernoulli"},
    "feedback": {"click": {"delay": "exponential(mean=2m)", "window": "5m"}, "learn_from": "click"},
    "platform": {"push": "constant(2m)"},
}


def run(agent: Agent, seed: int = 0, replications: int = 5, **changes) -> Run:
    return simulate({**TINY, **changes}, agent, seed=seed, replications=replications, trace=False)


@pytest.fixture(scope="module")
def online() -> Run:
    return run(Agent(UCB1()))


@pytest.fixture(scope="module")
def hourly() -> Run:
    return run(Agent(UCB1(), cadence=Every("1h")))


@pytest.fixture(scope="module")
def random() -> Run:
    return run(Agent(Uniform()))


def test_differences_and_p_values_are_scipys(online: Run, random: Run) -> None:
    frame = compare({"online": online, "random": random})
    assert frame.index.tolist() == ["online", "random"]
    scores = [np.array([row[REGRET] for row in one.replicates], dtype=float) for one in (online, random)]
    theirs = stats.ttest_rel(scores[1], scores[0])
    interval = theirs.confidence_interval()
    row = frame.loc["random"]
    assert (row["verdict"], row["may_be_best"], row["baseline"]) == ("worse", "no", "online")
    assert [row["behind"], row["p"], row["p/holm"]] == pytest.approx(
        [(scores[1] - scores[0]).mean(), *[theirs.pvalue] * 2]
    )
    assert [row["behind/low"], row["behind/high"]] == pytest.approx([interval.low, interval.high])
    assert (row["wins"], row["pairs"]) == ((scores[1] < scores[0]).sum(), 5)
    assert frame.loc["online", ["verdict", "may_be_best", "behind"]].tolist() == ["baseline", "yes", 0.0]
    assert frame[REGRET].tolist() == [online.summary[REGRET], random.summary[REGRET]]
    assert frame["learner"].tolist() == ["UCB1", "Uniform"]


def test_a_baseline_by_name(online: Run, random: Run) -> None:
    frame = compare({"online": online, "random": random}, baseline="random")
    assert frame["verdict"].to_dict() == {"online": "better", "random": "baseline"}
    assert frame["baseline"].tolist() == ["random"] * 2
    with pytest.raises(LabError, match="baseline: unknown name 'rando', did you mean random"):
        compare({"online": online, "random": random}, baseline="rando")


def test_runs_of_a_list_are_named_by_what_tells_them_apart(online: Run, hourly: Run, random: Run) -> None:
    assert set(compare([online, random]).index) == {"UCB1", "Uniform"}
    assert set(compare([online, hourly]).index) == {"Online", "Every"}
    assert set(compare([online, random, online]).index) == {"run 0", "run 1", "run 2"}


def test_equal_settings_under_two_names_are_two_rows(online: Run) -> None:
    frame = compare({"a": online, "b": online})
    assert frame["verdict"].to_dict() == {"a": "baseline", "b": "equal"}


def test_another_push_is_the_same_world(hourly: Run) -> None:
    later = run(Agent(UCB1(), cadence=Every("1h")), platform={"push": "constant(30m)"})
    frame = compare({"2m": hourly, "30m": later})
    assert frame.loc["2m", "scenario.platform.push"] == "2m"
    assert frame["pairs"].tolist() == [5, 5]


def test_another_window_is_the_same_world(hourly: Run) -> None:
    told = {"click": TINY["feedback"]["click"] | {"window": "1m", "negatives": "explicit"}, "learn_from": "click"}
    frame = compare({"5m": hourly, "1m": run(Agent(UCB1(), cadence=Every("1h")), feedback=told)})
    assert frame["pairs"].tolist() == [5, 5]
    assert frame["scenario.feedback.click.window"].to_dict() == {"5m": "5m", "1m": "1m"}
    assert frame.loc["1m", "feedback/credited"] < frame.loc["5m", "feedback/credited"]


def test_runs_that_share_no_random_numbers_are_refused(online: Run) -> None:
    with pytest.raises(LabError, match="'a' and 'b' have seeds 0 and 3: only runs of equal seeds"):
        compare({"a": online, "b": run(Agent(Uniform()), seed=3)})
    with pytest.raises(LabError, match=r"'a' and 'b' live in different worlds \(scenario.horizon: 2h and 3h\)"):
        compare({"a": online, "b": run(Agent(Uniform()), horizon="3h")})
    with pytest.raises(LabError, match=r"different worlds \(score_from: 0s and 1h\)"):
        compare({"a": online, "b": replace(online, score_from=3600.0)})


def test_files_that_laws_name_are_part_of_the_world(tmp_path) -> None:
    told = {**TINY, "feedback": {"click": {"delay": "empirical(file=d.csv)", "window": "5m"}, "learn_from": "click"}}
    runs = []
    for name, delays in (("one", "10\n20\n"), ("other", "10\n30\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "d.csv").write_text(delays)
        (tmp_path / name / "world.yaml").write_text(str(told))
        runs.append(simulate(tmp_path / name / "world.yaml", Agent(Uniform()), trace=False))
    assert compare([runs[0], runs[0]])["pairs"].tolist() == [1, 1]
    with pytest.raises(LabError, match="the files that their laws name"):
        compare(runs)


def test_what_is_no_run_is_told(online: Run) -> None:
    with pytest.raises(LabError, match="there is no run"):
        compare([])
    with pytest.raises(TypeError, match="'summary' is dict, expected a run"):
        compare({"run": online, "summary": online.summary})  # type: ignore[dict-item]


def test_public_names_are_shown() -> None:
    assert dir(sim) == ["Run", "Scenario", "ScenarioError", "__version__", "compare", "simulate"]
    assert dir(sim.analysis) == ["ab_tests", "attribution_windows", "compare", "evaluate", "score_triggers"]
    assert all(getattr(one, name) is not None for one in (sim, sim.analysis) for name in dir(one))


def test_analysis_needs_neither_hydra_nor_mlflow_nor_figures() -> None:
    code = (
        "import pkgutil, sys, importlib, sim.analysis\n"
        "for found in pkgutil.walk_packages(sim.analysis.__path__, 'sim.analysis.'):\n"
        "    importlib.import_module(found.name)\n"
        "from sim.analysis import compare\n"
        "assert callable(compare)\n"
        "heavy = ('hydra', 'omegaconf', 'mlflow', 'rich', 'matplotlib', 'jinja2', 'sim.lab')\n"
        "print(sorted(name for name in sys.modules if name in heavy))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout == "[]\n"
