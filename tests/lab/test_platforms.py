"""Platforms by name: what they set, that each says where it is from, and that what is chosen besides wins."""

from __future__ import annotations

import pytest
from hydra import compose, initialize_config_dir

from sim.lab.config.job import job_of, parted
from sim.lab.entry.hydra_plugin import register
from sim.scenario.library import data_dir

NAMES = sorted(file.stem for file in (data_dir("conf") / "platform").glob("*.yaml"))


def job(*overrides: str):
    """Return the job of a command line."""
    register()
    with initialize_config_dir(str(data_dir("conf")), version_base="1.3"):
        config = compose("config", [*overrides, "tracker=none"], return_hydra_config=True)
        return job_of(config, parted(config))


def test_five_ship() -> None:
    assert NAMES == ["daily_bandit", "hourly_bandit", "minute_sync", "nightly_batch", "weekly_with_updates"]


@pytest.mark.parametrize("name", NAMES)
def test_each_says_where_it_is_from(name: str) -> None:
    head = (data_dir("conf") / "platform" / f"{name}.yaml").read_text().partition("defaults:")[0]
    assert "After " in head
    assert "(https://" in head


@pytest.mark.parametrize("scenario", ["news_feed", "shop"])
@pytest.mark.parametrize("name", NAMES)
def test_each_goes_with_a_scenario_and_an_agent(name: str, scenario: str) -> None:
    made = job(f"platform={name}", f"scenario={scenario}", "agent=ranker_nightly")
    assert made.agent.ship == "push"
    assert type(made.agent.learner).__name__ == "RidgeRanker"  # no platform's business


def test_what_they_set() -> None:
    hourly, daily, weekly, minute, nightly = (
        job(f"platform={name}")
        for name in ("hourly_bandit", "daily_bandit", "weekly_with_updates", "minute_sync", "nightly_batch")
    )
    assert (hourly.scenario.feedback.click.window, str(hourly.scenario.platform.push)) == (
        3600.0,
        "uniform(low=1h, high=2h)",
    )
    assert (hourly.agent.cadence.interval, hourly.agent.cadence.refit_window) == (3600.0, None)
    assert [type(one.agent.correction).__name__ for one in (hourly, daily, nightly)] == ["Wait", "NoCorrection", "Wait"]
    assert (daily.agent.cadence.interval, str(daily.scenario.platform.serving.cache)) == (86400.0, "constant(4h)")
    assert (weekly.agent.cadence.full, weekly.agent.cadence.update) == (604800.0, 7200.0)
    assert str(weekly.scenario.platform.ingest) == "constant(15m)"
    assert (minute.agent.cadence.every, minute.agent.ship, minute.scenario.platform.push.certain) == (60.0, "push", 0.0)
    assert type(nightly.agent.cadence).__name__ == "DailyAt"
    assert nightly.scenario.digest == job().scenario.digest


def test_what_is_chosen_besides_wins() -> None:
    made = job("platform=hourly_bandit", "cadence=nightly", "correction=none", "scenario.platform.push=5m")
    assert type(made.agent.cadence).__name__ == "DailyAt"
    assert type(made.agent.correction).__name__ == "NoCorrection"
    assert str(made.scenario.platform.push) == "constant(5m)"
