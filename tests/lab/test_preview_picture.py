"""The picture of a scenario: times of the loop and of the world, and expected requests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sim.analysis.estimate import expected_requests
from sim.analysis.timescales import sentence, timescales, traffic, way
from sim.lab.cli import main
from sim.scenario import Scenario, shipped

CACHED = {"platform.serving": {"replicas": 4, "rollout": "20m", "cache": "uniform(low=0s, high=4h)"}}


def test_the_times_of_a_feed_with_a_cache() -> None:
    feed = Scenario.load("news_feed", CACHED | {"platform.gate": {"for": "1h"}})
    told = {one.name: (one.loop, one.median, one.p95) for one in timescales(feed)}
    assert told["a client's cache"] == (True, pytest.approx(7200.0), pytest.approx(13680.0))
    assert told["the rollout"] == (True, 1200.0, 1200.0)
    assert told["the gate"] == (True, 3600.0, 3600.0)
    assert told["its window"] == (True, 1800.0, 1800.0)
    assert told["half-life of the common taste"] == (False, 43200.0, 43200.0)
    assert told["a user's next visit (mean)"] == (False, 21600.0, 21600.0)
    world = [one.median for one in timescales(feed) if not one.loop]
    assert world == sorted(world)
    assert way(feed) == pytest.approx(20 + 30 + 600 + 1200 + 3600, rel=1e-6)


def test_the_cache_of_a_file_has_a_row(tmp_path: Path, capsys) -> None:
    file = tmp_path / "w.yaml"
    tiny = "name: w\nhorizon: 1h\nusers: {count: 5, visits: {rate: 4 per hour}}\nitems: {click_rates: [0.5]}\n"
    tiny += "slate: {size: 1}\nfeedback: {click: {delay: 1m}, learn_from: click}\n"
    file.write_text(tiny + 'platform: {serving: {cache: "uniform(low=0s, high=4h)"}}\n')
    assert main(["preview", str(file), "--agent", "uniform"]) == 0
    (row,) = (line for line in capsys.readouterr().out.splitlines() if "cache: uniform" in line and "3.8 h" in line)
    assert "2 h" in row


@pytest.mark.parametrize("name", shipped())
def test_expected_requests_over_time_add_up(name: str) -> None:
    world, coming = Scenario.load(name), traffic(Scenario.load(name))
    length = world.horizon / len(coming.day) / {"hour": 3600.0, "day": 86400.0}[coming.unit]
    assert coming.requests.sum() * length == pytest.approx(expected_requests(world), rel=1e-9)
    assert np.diff(coming.day) == pytest.approx(coming.day[1] - coming.day[0])


def test_incidents_and_shifts_are_marked_and_the_rush_is_there() -> None:
    coming = traffic(Scenario.load("flash_sale"))
    assert ("traffic", 2.5, 2.75) in coming.periods
    assert ("shift of taste", 2.5, 2.5) in coming.periods
    rush = (coming.day > 2.5) & (coming.day < 2.75)
    assert coming.requests[rush].mean() > 8 * coming.requests[~rush].mean()


def test_it_says_what_is_slow() -> None:
    assert sentence(Scenario.load("short_video")) == (
        "A pushed model may know a click about 12.4 h after the request; first to change: half-life of satiation, 1 h."
    )
    assert sentence(Scenario.load("bernoulli_bandit")).endswith("nothing changes here.")


@pytest.mark.drawn
def test_it_is_written_as_a_small_picture(tmp_path: Path, capsys) -> None:
    file = tmp_path / "w.png"
    assert main(["preview", "choc_kale", "--png", str(file)]) == 0
    assert capsys.readouterr().out == ""
    with Image.open(file) as drawn:
        assert drawn.size[0] == 1170
    assert file.stat().st_size < 60_000
    assert main(["preview", "choc_kale", "--png", str(tmp_path)]) == 2
    assert "it is a folder" in capsys.readouterr().err
