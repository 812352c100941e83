"""The jobs of which the costs are compared."""

from __future__ import annotations

from dataclasses import replace

from sim.analysis.cadence_cost.grid import cadences, default_intervals, scored_from
from sim.analysis.jobs.job import Job


def jobs_of(job: Job, intervals: list[float] | None) -> dict[float | None, Job]:
    """Return a job per cadence, those of most trainings first."""
    found = default_intervals(job.scenario) if intervals is None else intervals
    if "score_from" not in job.asked:
        job = replace(job, score_from=scored_from(found, job.scenario.horizon))
    chosen = {group: name for group, name in job.choices.items() if group != "agent"}
    return {
        one: replace(job, agent=agent, choices=chosen | {"cadence": "online" if one is None else "hourly"})
        for one, agent in cadences(job.agent, found).items()
    }
