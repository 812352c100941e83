"""``delaylab preview``: what a scenario means, in numbers, before it is run."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from sim.choices.language import described
from sim.lab.base.console import complain, out
from sim.lab.report.units import digits, span
from sim.laws.instants import microseconds
from sim.laws.quantiles import delivered_share, quantile

if TYPE_CHECKING:
    from sim.laws import Law
    from sim.scenario import Scenario

HELP = "show what a scenario means: every key with its default, expected requests, delays"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", metavar="FILE", help="a path, or the name of a scenario that ships")


def main(options: argparse.Namespace) -> int:
    """Print the whole scenario and its key numbers."""
    import yaml

    from sim.scenario import Scenario

    scenario = Scenario.load(options.file)
    print(yaml.safe_dump(scenario.plain(), sort_keys=False, allow_unicode=True, width=100))
    complain([f"warning: {line}" for line in scenario.warnings()])
    _numbers(scenario)
    return 0


def _numbers(scenario: Scenario) -> None:
    from rich.table import Table

    requests = expected_requests(scenario)
    print(f"expected requests     {digits(requests)} over {span(scenario.horizon)}")
    print(f"expected impressions  {digits(requests * scenario.slate.size)}")
    print(f"choice                {scenario.slate.choice.name}")
    for key, value, meaning in described(scenario.slate.choice):
        print(f"  {key} = {value}  {meaning}".rstrip())
    table = Table(header_style="bold")
    for heading in ("what takes time", "median", "p95", "mean", "never"):
        table.add_column(heading, justify="left" if heading == "what takes time" else "right")
    for name, (told, law) in laws(scenario).items():
        table.add_row(f"{name}: {told}", *_cells(law))
        if name == "training" and scenario.platform.training.per_example:
            words, cost = price(scenario, requests)
            table.add_row(words, *_cells(law, cost))
    out().print(table)


def _cells(law: Law, more: float = 0.0) -> tuple[str, str, str, str]:
    """Return median, p95, mean and share of never of a law, each time with so many seconds more."""
    never = 1.0 - delivered_share(law, 1e15)
    times = [span(None if time is None else time + more) for time in (quantile(law, 0.5), quantile(law, 0.95))]
    return times[0], times[1], _mean(law, more), f"{never:.1%}" if never > 1e-9 else ""


def price(scenario: Scenario, requests: float) -> tuple[str, float]:
    """Return what a day (or a shorter run) brings to a training, in words, and the seconds that reading it costs.

    Args:
        scenario: one whose trainings cost something per example.
        requests: expected until the horizon.
    """
    each, long = scenario.platform.training.per_example, min(scenario.horizon, 86400.0)
    examples = requests * scenario.slate.size * long / scenario.horizon
    return f"training on {span(long)} of impressions: {digits(examples)} at {span(each)} each", examples * each


def expected_requests(scenario: Scenario) -> float:
    """Return the expected number of requests, satisfaction apart (it moves the rate as users go)."""
    import numpy as np

    visits, count, horizon = scenario.users.visits, scenario.users.count, scenario.horizon
    if visits.every is not None:
        return float(_staggered(int(microseconds(visits.every)), count, int(microseconds(horizon))))
    assert visits.rate is not None
    day = 86400.0
    turn = 2.0 * np.pi / day
    wave = np.sin(turn * (horizon - visits.daily_peak)) + np.sin(turn * visits.daily_peak)
    return float(count * visits.rate * (horizon + visits.daily_swing * wave / turn))


def _staggered(every: int, count: int, horizon: int) -> int:
    """Return the visits of users who come every so many microseconds, each ``every * user // count`` later."""
    rounds, rest = divmod(horizon, every)
    once_more = min(count, -(-(rest + 1) * count // every))  # users who are late by ``rest`` at most
    return max(0, rounds - 1) * count + (once_more if rounds else 0)


def laws(scenario: Scenario) -> dict[str, tuple[str, Law]]:
    """Return every law of a scenario by what it is the time of: as it is written, and itself."""
    told, feedback, platform = scenario.plain(), scenario.feedback, scenario.platform
    found = {"click": (told["feedback"]["click"]["delay"], feedback.click.delay)}
    if feedback.conversion is not None:
        found["conversion"] = (told["feedback"]["conversion"]["delay"], feedback.conversion.delay)
    found["ingest"] = (told["platform"]["ingest"], platform.ingest)
    found["training"] = (told["platform"]["training"]["fixed"], platform.training.fixed)
    return found | {"push": (told["platform"]["push"], platform.push)}


def _mean(law: Law, more: float) -> str:
    import math

    return span(law.delivered_mean + more) if math.isfinite(law.delivered_mean) else "infinite"
