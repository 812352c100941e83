"""Who is compared with whom in a verdict map, where features of recent clicks differ."""

from __future__ import annotations

from sim.analysis.paired.contenders import Contender
from sim.analysis.paired.verdict_map import verdict_map
from sim.score import Scores

DRIFT, LATENCY = "scenario.users.drift.spread", "scenario.users.observed.recent.latency"


def one(cadence: str, latency: str | None, drift: float, regret: float) -> Contender:
    ship = "in_place" if cadence == "online" else "push"
    told = {"scenario": "s", "learner": "ridge", "cadence": cadence, "ship": ship, DRIFT: drift, LATENCY: latency}
    scores = {(0, n): regret + n + 0.01 * n * n for n in range(4)}
    return Contender((), told, f"drift {drift}", scores, Scores({"regret/at_base_rate": regret}))


def pairs(*found: Contender) -> list[tuple[object, object]]:
    made = verdict_map(found)
    assert made is not None
    return [(place.batch.settings[LATENCY], place.online.settings[LATENCY]) for place in made.places]


NIGHTLY = [one("nightly", latency, drift, 1.0) for drift in (0.0, 2.5) for latency in ("1m", "6h")]


def test_an_online_model_without_features_is_the_counterpart_at_each_latency() -> None:
    online = [one("online", None, drift, 1.0) for drift in (0.0, 2.5)]
    assert pairs(*NIGHTLY, *online) == [("1m", None), ("6h", None)] * 2


def test_one_that_sees_the_same_comes_first() -> None:
    online = [one("online", latency, drift, 1.0) for drift in (0.0, 2.5) for latency in (None, "1m", "6h")]
    assert pairs(*NIGHTLY, *online) == [("1m", "1m"), ("6h", "6h")] * 2
