"""``score_from`` in the lab: identity, comparison, objective, attribution, replay; and the hint that names one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agents import Agent, EpsilonGreedy, Every, ObservedOnly
from sim import Scenario
from sim.analysis.attribution.attribute import attribute
from sim.analysis.identity import run_hash
from sim.analysis.paired.comparison import comparison
from sim.analysis.warm_up import mser, visible, warm_up, warm_up_hint
from sim.lab.cli import main as delaylab
from sim.lab.store.run_folder import records
from sim.simulation import simulate
from tests.lab.conftest import TINY, summary, undrawn

HALF = ["agent=ucb1_online", "score_from=1h"]


def test_it_is_part_of_the_runs_name_and_kept_in_its_folder(lab, tmp_path: Path, only_run) -> None:
    assert lab(*HALF, "trace=true") == 0
    run = only_run()
    assert "score_from: 1h" in (run / "config.yaml").read_text()
    rows = pd.read_parquet(run / "requests.parquet")
    scored = rows[rows.request_at >= 3600]
    assert summary(run)["regret/total"] == pytest.approx(scored.regret.sum(), abs=1e-9)
    assert lab("agent=ucb1_online") == 0
    assert len(list((tmp_path / "results" / "runs").iterdir())) == 2
    assert delaylab(["replay", str(run), "--user", "3", "--visit", "1"]) == 0


def test_runs_of_different_starts_are_not_compared(lab, tmp_path: Path, capsys, monkeypatch) -> None:
    undrawn(monkeypatch)
    assert lab("-m", "hydra/launcher=basic", "learner=ucb1,uniform", "score_from=0s,1h", "replications=2") == 0
    found = comparison(records(tmp_path / "results"))
    assert [len(world.contenders) for world in found.worlds] == [2, 2]
    assert {world.name for world in found.worlds} == {"tiny, score_from 0s", "tiny, score_from 1h"}
    assert "score_from differ" in capsys.readouterr().out


def test_an_attribution_honours_it(lab, tmp_path: Path) -> None:
    assert delaylab(["attribute", "scenario=./tiny.yaml", *HALF, "--json", "a.json", "hydra/launcher=basic"]) == 0
    told = json.loads((tmp_path / "a.json").read_text())
    assert lab(*HALF) == 0
    (run,) = [one for one in records(tmp_path / "results") if one.hash == told["run"]]
    assert told["regret"] == pytest.approx(run.summary["regret/at_base_rate"], abs=1e-12)


def test_twins_are_scored_from_there_too() -> None:
    import yaml

    scenario = Scenario.check(yaml.safe_load(TINY))
    agent = Agent(EpsilonGreedy(0.1), ObservedOnly(), Every("10m"))
    found = attribute(scenario, agent, score_from=3600.0)
    run = simulate(scenario, agent, score_from="1h").summary
    assert (
        found.split.regret.mean
        == run["regret/at_base_rate"]
        != simulate(scenario, agent).summary["regret/at_base_rate"]
    )
    assert run_hash(scenario, agent, 0, 1, 3600.0) != run_hash(scenario, agent, 0, 1)


@pytest.mark.parametrize(
    ("value", "said"),
    [("3h", "score_from: '3h' is not before the horizon, 2h: nothing would be scored"),
     ("soon", "score_from: 'soon' is not a duration; "), ("-1", "score_from: is -1; "),
     ("true", "score_from: is True; ")],
)  # fmt: skip
def test_what_cannot_be_is_a_line(lab, capsys, value: str, said: str) -> None:
    assert lab(f"score_from={value}") == 2
    assert capsys.readouterr().err.startswith(said)


def by_definition(values: list[float]) -> int:
    """Return MSER's cut in plain loops."""
    best, found = float("inf"), 0
    n = len(values)
    for d in range(n - n // 4):
        rest = values[d:]
        mean = sum(rest) / len(rest)
        spread = sum((y - mean) ** 2 for y in rest) / len(rest) ** 2
        if spread < best:
            best, found = spread, d
    return found if found < n // 2 else 0


def test_mser_is_its_definition() -> None:
    rng = np.random.default_rng(3)
    for n in (2, 3, 8, 40):
        for _ in range(50):
            values = rng.normal(size=n) + 4 * np.exp(-np.arange(n) / rng.uniform(0.5, 8))
            assert mser(values) == by_definition(values.tolist())


def test_noise_alone_is_no_warm_up_and_a_decay_is() -> None:
    rng = np.random.default_rng(5)
    noise = [rng.normal(size=40) for _ in range(500)]
    assert np.mean([bool(cut := mser(v)) and visible(v, cut) for v in noise]) < 0.02
    decay = 6 * np.exp(-np.arange(40) / 4)
    cuts = [mser(v + decay) for v in noise]
    assert np.mean([visible(v + decay, cut) if cut else False for v, cut in zip(noise, cuts, strict=True)]) > 0.93
    assert 6 <= np.median(cuts) <= 12  # 4 ln 6 = 7 batches until it is as small as the noise


class Told:
    """A record of a curve."""

    def __init__(self, regret: np.ndarray) -> None:
        ends = 7 * 86400.0 * np.arange(1, 201) / 200
        columns = {"bucket": np.arange(200), "at": ends, "requests": 1.0, "weight": 1.0}
        self._curve = pd.DataFrame(columns | {"regret/at_base_rate": regret})

    def table(self, name: str) -> pd.DataFrame:
        return self._curve


def test_the_hint_names_a_key_to_set() -> None:
    noise = np.random.default_rng(1).normal(size=200)
    warm = Told(1 + 0.05 * noise + np.exp(-np.arange(200) / 20))
    over = warm_up(warm.table("curve"))
    assert over is not None
    assert 1.0 < over / 86400 < 3.0
    hours = int(np.ceil(over / 3600))
    line = warm_up_hint(one.table("curve") for one in (Told(0.1 * noise), warm))
    start = f"{hours // 24}d" if hours % 24 == 0 else f"{hours}h"
    assert line == f"regret settles only after a warm-up of about {start} (MSER-5): score_from={start} leaves it out"
    assert warm_up_hint([Told(1 + 0.1 * noise).table("curve")]) is None
