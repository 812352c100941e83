"""Build the result of a replay from its observations."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.replay.model import Disturbance, Option, Person, Replay, Serving, Shown, Underway
from sim.analysis.replay.probe import Sight
from sim.analysis.replay.trace_reader import Witness
from sim.scenario import Scenario
from sim.scenario.click_rate import mean_of
from sim.stable_math import logit, sigmoid
from sim.world.answer import Answer
from sim.world.tastes import Tastes

Floats = NDArray[np.float64]


def report(scenario: Scenario, sight: Sight, witness: Witness, seed: int, replication: int) -> Replay:
    """Build the `Replay` of a request.

    Args:
        scenario: the world.
        sight: the request before it was answered.
        witness: the answered request, and what was served before.
        seed: the run's seed.
        replication: which one.

    Raises:
        RuntimeError: the two slates differ.
    """
    batch, serving = sight.batch, sight.serving
    assert witness.request is not None
    if not np.array_equal(sight.shown.item[0], witness.request.item[witness.row]):
        raise RuntimeError("the slate differs when it is observed; this is a bug in the replay")
    of_user, of_items = witness.labels(serving.cutoff_at, sight.counts)
    return Replay(
        request_at=float(batch.at[0]),
        user=int(batch.user[0]),
        visit=int(batch.observations.visit[0]),
        serving=_serving(sight, float(batch.at[0])),
        person=_person(sight, Tastes(scenario, seed, replication)),
        slate=tuple(_slate(scenario, sight, witness)),
        labels_of_user=of_user,
        labels_of_items=of_items,
        shown=_option(sight.shown),
        freshest=_option(sight.fresh),
        best=_option(sight.best),
        incidents=tuple(
            Disturbance(one.kind, one.at, one.ends)
            for one in scenario.incidents
            if one.at <= batch.at[0] and one.ends > serving.cutoff_at
        ),
    )


def _option(answer: Answer) -> Option:
    return Option(tuple(answer.item[0].tolist()), float(answer.expected[0]))


def _serving(sight: Sight, at: float) -> Serving:
    v = sight.serving
    gone = ("superseded", "rolled_back")
    newer = [Underway(*row[:4]) for row in sight.versions if row.version > v.number and row.status not in gone]
    model_age = None if v.live_at is None else at - v.live_at
    return Serving(
        v.number, v.cutoff_at, v.trained_at, v.live_at, at - v.cutoff_at, model_age, v.examples, tuple(newer)
    )


def _person(sight: Sight, tastes: Tastes) -> Person:
    state, user, at = sight.batch.state, sight.batch.user, sight.batch.at
    before = np.array([sight.serving.cutoff_at])
    start = tastes.drift_start()
    drift, _ = tastes.drift(before, user, start[user] if tastes.drifts else start, np.zeros(1, dtype=np.int64))
    old, new = tastes.at(before, user, drift), tastes.at(at, user, state.drift)
    return Person(
        features=tuple(sight.batch.observations.features[0].tolist()),
        taste=_length(new),
        moved=_length(new - old),
        satiation=_length(state.satiation),
        satisfaction=float(state.satisfaction.sum()),
    )


def _length(vector: Floats) -> float:
    return float(np.sqrt(np.sum(vector * vector)))


def _slate(scenario: Scenario, sight: Sight, witness: Witness) -> list[Shown]:
    assert witness.request is not None
    request, row = witness.request, witness.row
    judged = sight.batch.judged
    attraction = sigmoid(judged.utility[0])
    worth = attraction if judged.value is None else attraction * judged.value[0]
    popularity = _popularity(scenario, sight.offset)
    shown = []
    for position, (item, status) in enumerate(zip(request.item[row].tolist(), witness.statuses(), strict=True)):
        place = sight.batch.observations.catalogue.place[item]
        shown.append(
            Shown(
                position=position,
                item=item,
                predicted=_known(sight.shown.predicted[0, position]),
                propensity=_known(request.propensity[row, position]),
                attraction=float(attraction[place]),
                rank=1 + int((worth > worth[place]).sum()),
                popularity=None if popularity is None else float(popularity[place]),
                outcome=bool(request.outcome[row, position]),
                feedback_at=_known(request.event_at[row, position]),
                delivered_at=_known(request.delivered_at[row, position], request.horizon),
                status=status,
            )
        )
    return shown


def _popularity(scenario: Scenario, offset: Floats) -> Floats | None:
    rate = scenario.items.click_rate
    if rate is None:
        return None
    mean = np.array(mean_of(rate))
    return np.asarray(offset - (mean if scenario.slate.link == "identity" else logit(mean)))


def _known(value: Any, last: float = math.inf) -> float | None:
    number = float(value)
    return number if math.isfinite(number) and number <= last else None
