"""What cadences cost, ready to be shown and written."""

from __future__ import annotations

from sim.analysis.cadence_cost.columns import columns
from sim.analysis.cadence_cost.costs import Costs
from sim.analysis.cadence_cost.sentences import CURRENCY, about, answer, paragraphs
from sim.analysis.cadence_cost.table import frame, plain
from sim.analysis.report.columns import Table
from sim.analysis.report.model import Answer
from sim.laws.durations import text

QUESTION = "How often should this model be retrained?"


def answer_of(costs: Costs, ran: str, score_from: float, unit: str) -> Answer:
    """Return the answer: the cheapest cadence, and the table.

    Args:
        costs: of each cadence.
        ran: says which world and agent ran.
        score_from: the instant from which on rewards count, seconds.
        unit: of rewards, such as ``clicks``.
    """
    how = about(costs, text(score_from))
    marked = {} if costs.named is None else {costs.named: "bold"}
    return Answer(
        "cadence",
        QUESTION,
        f"{answer(costs)}\n{ran}. {how}",
        (Table(f"{ran}; costs {CURRENCY}", columns(costs, unit), marked), *paragraphs(costs), how),
        {"table": frame(costs)},
        plain(costs),
    )
