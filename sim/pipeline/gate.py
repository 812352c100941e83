"""A comparison of a candidate with the live version."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, child, root
from sim.pipeline.agent_error import AgentError
from sim.pipeline.asking import asked
from sim.pipeline.checked_predictions import checked_predictions
from sim.pipeline.guarded_learner import GuardedLearner
from sim.pipeline.log import Log
from sim.pipeline.version import Version
from sim.ports import Catalogue, Impressions, Observations
from sim.scenario import Replication, Scenario
from sim.scenario.schema import Gate as Terms

Floats = NDArray[np.float64]
_ROWS = 4096  # impressions that are asked about together
_CUT = 1e-6  # predictions of the log loss are cut to this and 1 less this, as in prediction/nll


class Gate:
    """Compares versions on what came after the candidate's cutoff.

    Args:
        terms: of the scenario.
        log: what the system knows.
        learner: whose versions they are.
        visits: root key of the visits.
        scenario: the world; where outcomes have values the loss is the squared error, else the log loss.

    Attributes:
        wait: seconds from a candidate's training to its test.
        untested: candidates that passed for want of impressions.

    Raises:
        AgentError: the learner does not predict.
    """

    def __init__(self, terms: Terms, log: Log, learner: GuardedLearner, visits: np.uint64, scenario: Scenario) -> None:
        if not learner.predicts:
            raise AgentError(f"platform.gate compares predictions, and {learner.name} has no method predict()")
        self.wait, self._margin, self._least = terms.lasts, terms.margin, terms.least
        self._log, self._name, self._visits, self._size = log, learner.name, visits, scenario.slate.size
        self._valued = scenario.feedback.learnt.value is not None
        self._cutoffs: dict[int, float] = {}
        self.untested = 0

    def expect(self, candidate: Version) -> None:
        """Have the log keep what comes after a candidate's cutoff."""
        self._cutoffs[candidate.number] = candidate.cutoff_at
        self._log.kept_from = min(self._cutoffs.values())

    def rejects(self, candidate: Version, live: Version, now: float) -> bool:
        """Return whether a candidate is worse than the live version.

        Both predict what matured after the candidate's cutoff, up to ``now``. What one of them cannot predict is left
        out. With too few impressions it passes.
        """
        rows = _matured(self._log, candidate.cutoff_at, now)
        losses = [self._losses(version, rows, now) for version in (candidate, live)]
        del self._cutoffs[candidate.number]
        self._log.kept_from = min(self._cutoffs.values(), default=np.inf)
        known = ~(np.isnan(losses[0]) | np.isnan(losses[1]))
        if np.count_nonzero(known) < self._least:
            self.untested += 1
            return False
        own, other = (float(loss[known].mean()) for loss in losses)
        return own - other > self._margin * other

    def _losses(self, version: Version, rows: Impressions, now: float) -> Floats:
        """Return the loss of each impression, NaN where unknown."""
        who = f"{self._name} failed to predict as version {version.number} for the gate at {now:g} s"
        parts = (rows.part(first, first + _ROWS) for first in range(0, len(rows), _ROWS))
        expected = np.concatenate([np.empty(0), *(asked(who, self._predicted, version, part) for part in parts)])
        if self._valued:
            return np.asarray(np.square(expected - rows.label))
        q = np.clip(expected, _CUT, 1.0 - _CUT)
        losses: Floats = -np.log(np.where(rows.label > 0, q, 1.0 - q))
        return losses

    def _predicted(self, version: Version, rows: Impressions) -> Floats:
        if (ask := getattr(version.policy, "predict", None)) is None:
            return np.full(len(rows), np.nan)
        ids, first = np.unique(rows.item, return_index=True)
        user, visit = rows.user, rows.visit
        observations = Observations(
            at=rows.request_at,
            user=user,
            visit=visit,
            features=rows.user_features,
            catalogue=Catalogue(ids, np.array(rows.take(first).item_features), np.zeros(len(ids))),
            size=self._size,
            keys=child(child(child(self._visits, user), visit), int(Stream.POLICY)),
        )
        return checked_predictions(ask(observations, rows.item), "n", len(rows))


def _matured(log: Log, since: float, until: float) -> Impressions:
    """Return what matured between two instants, as known then."""
    at = log._stored()["delivered_at"]
    rows = np.flatnonzero((at > since) & (at <= until))
    return Impressions(len(rows), log._reading.at(until), rows)


def gate_of(replication: Replication, log: Log, learner: GuardedLearner) -> Gate | None:
    """Return a scenario's gate before pushes, None without one."""
    scenario = replication.scenario
    if (terms := scenario.platform.gate) is None:
        return None
    return Gate(terms, log, learner, root(replication.seed, replication.number, Stream.VISIT), scenario)
