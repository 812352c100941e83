"""An agent's log, and what it takes of requests."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.pipeline import Log
from sim.pipeline.columns import OF_INCIDENTS, kinds
from sim.pipeline.guard import Guarded
from sim.ports import rows_of
from sim.scenario import Scenario
from sim.tuning import TUNING, Tuning
from sim.world import Answers, World
from sim.world.label_incidents import LabelIncidents


def log_for(world: World, agent: Guarded, scenario: Scenario, tuning: Tuning = TUNING) -> Log:
    """Return an empty log for an agent in a world."""
    users = rows_of(world.user_features)
    cadence, horizon = agent.cadence, scenario.horizon
    looks = cadence.feedbacks is None
    keeps = not looks or np.isfinite(cadence.next(0.0))
    kept = min(horizon, cadence.refit_window or 0.0) * world.per_second * world.space.size
    return Log(
        lambda: (users, world.items.lookup),
        cadence.refit_window,
        keeps=bool(keeps),
        looks=looks,
        horizon=horizon,
        size=world.space.size,
        room=int(1.1 * kept) if keeps else 0,
        columns=kinds(
            agent.unread,
            narrow=looks,
            context=world.space.user_dim - world.user_features.shape[1],
            valued=world.valued,
            reverses=world.reverses,
            also=LabelIncidents(scenario).columns,
        ),
        counts=looks and not cadence.adds and cadence.only_counts and not world.reverses,
        adds=cadence.adds,
        truth=agent.truth,
        tuning=tuning,
    )


def log_columns(answers: Answers) -> dict[str, NDArray[Any]]:
    """Return what the log takes of answered requests."""
    answer = answers.answer
    rare = {name: getattr(answer, name) for name in ("reversed_at", *OF_INCIDENTS)}
    return {name: column.ravel() for name, column in rare.items() if column is not None} | {
        "request_at": answers.at,
        "user": answers.user,
        "visit": answers.visit,
        "context": answers.context,
        "item": answer.item.ravel(),
        "propensity": answer.propensity.ravel(),
        "predicted": answer.predicted.ravel(),
        "delivered_at": answer.delivered_at.ravel(),
        "closes_at": answer.closes_at.ravel(),
        "label": answer.label.ravel(),
    }
