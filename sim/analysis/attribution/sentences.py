"""What an attribution says in sum."""

from __future__ import annotations

from sim.analysis.attribution.attribute import Attribution
from sim.analysis.score import LASTING, STILL_THERE
from sim.analysis.units import estimated
from sim.scenario import Scenario


def places(score: str) -> int:
    """Return the decimal places of a score without an interval."""
    return 1 if score.endswith("/total") else 4


def totals(found: Attribution, scenario: Scenario) -> list[str]:
    """Return the total, what remains, and cautions.

    Args:
        found: the attribution.
        scenario: of the run.
    """
    measure, rate, digits = found.split, found.beside, places(found.score)
    total, learning, regret = (
        estimated(getattr(measure, name), digits)
        + ("" if rate is None else f" ({estimated(getattr(rate, name))} a request)")
        for name in ("total", "learning", "regret")
    )
    said = [
        f"score    {found.score}",
        f"total    {total}: what all delays cost together, of {regret}",
        f"learning {learning}: what remains without any delay",
    ]
    if scenario.users.leave_by_satisfaction and found.score.startswith("regret/"):
        said += [
            f"note     {STILL_THERE}; a comparison orders by {LASTING}, and --score {LASTING} splits what of it is "
            "lost (parts below 0)"
        ]
    low, high = measure.total.low, measure.total.high
    if low is None or high is None:
        said += ["note     one replication has no intervals; replications=5 gives them"]
    elif low <= 0.0 <= high and found.varied:
        said += ["note     the total does not differ significantly from 0, its parts even less: use more replications"]
    return said
