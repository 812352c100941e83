"""``delaylab triggers``: which shifts a drift trigger sees."""

from __future__ import annotations

import argparse
import json
from functools import partial

from sim.analysis.identity import short
from sim.analysis.jobs.no_effect import warnings_of
from sim.analysis.triggers.answer import answer_of
from sim.analysis.triggers.replication import run_replication
from sim.analysis.triggers.triggers import check, score_triggers
from sim.analysis.units import counted
from sim.lab.cli._one_run import OneRun, add_overrides, agent_of, with_one_run
from sim.lab.cli._options import as_options
from sim.lab.report.answers import deliver
from sim.lab.report.charts import triggers as chart
from sim.lab.run.several import player

HELP = "score a drift trigger: how soon it sees each shift, false alarms, and as many retrains by the clock"
_REPLICATIONS = 8  # unless the user says


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_overrides(parser, "news_feed agent=ranker_drift score_from=1d")
    text = "how long after a shift an alarm counts for it, such as 1d (until the next shift)"
    parser.add_argument("--within", metavar="TIME", help=text)


def main(options: argparse.Namespace) -> int:
    """Score the trigger; print and write the result."""
    return with_one_run(options, "triggers", "scores the trigger of one agent", partial(_score, options.within))


def _score(within: str | None, run: OneRun) -> None:
    """Score the trigger of a configured run."""
    job = run.sized(_REPLICATIONS)
    with as_options("within"):
        check(job.agent, within, count := job.replications)
    what = f"{counted(count, 'replication')} of the trigger, and as many by the clock: {2 * count} runs"
    told = run.announced(what, [(job.scenario, job.agent, 1)] * (2 * count))
    with run.counted(2 * count, [*warnings_of([job]), told]) as done:
        found = score_triggers(
            job.scenario, job.agent, within=within, score_from=job.score_from, seed=job.seed, replications=count,
            block=job.block, play=player(run.workers, run_replication), done=lambda: done(False),
        )  # fmt: skip
    about = {"run": "", "of": run.job.hash, "seed": job.seed, "score_from": job.score_from, "within": within}
    about["run"] = name = short(json.dumps([about, count]))
    answer = answer_of(found, f"{job.scenario.name}: {agent_of(job)}", about)
    deliver(answer, partial(chart.draw, found), run.results / "triggers" / name)
