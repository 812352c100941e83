"""What the costs of cadences say."""

from __future__ import annotations

import math

from sim.analysis.cadence_cost.break_even import HOUR, PUSH, BreakEven, break_even
from sim.analysis.cadence_cost.costs import Costs, Measured
from sim.analysis.cadence_cost.grid import name_of, neighbours
from sim.analysis.units import counted, digits, span, with_interval
from sim.score.metrics.reward import DAY

IN_PLACE = "online in place"
CURRENCY = "a day in the currency of the prices"
_LEAST = 1e-4  # of the currency; less is not told apart
_YEAR = 365.25 * DAY
_PAYS = {True: "it pays", False: "it does not pay", None: "it is not known whether it pays"}
_ALIKE = (
    "No cadence earns more: the agent earns the same under each, to the last reward, so nothing that it "
    "learns shows in the rewards here. The costs are those of training and pushes alone."
)


def answer(costs: Costs) -> str:
    """Return the cheapest, and which may be as good."""
    if costs.alike:
        return _ALIKE
    best = costs.cadences[costs.best]
    said = f"{_begin(best)} costs least: {money(float(costs.total[costs.best].mean()), 'less than ')} {CURRENCY}."
    if len(costs.total[0]) < 2:
        return f"{said} One replication says nothing of chance: replications=8 does."
    others = _others(costs)
    return f"{said} Not known to be worse: {others}." if others else f"{said} Every other one is known to cost more."


def money(cost: float, less: str = "< ") -> str:
    """Return an amount; very small ones are not told apart.

    >>> money(12.345), money(7.8e-05), money(7.8e-05, "less than ")
    ('12.3', '< 0.0001', 'less than 0.0001')
    """
    return digits(cost) if cost == 0.0 or cost >= _LEAST else f"{less}{_LEAST:g}"


def _begin(one: Measured) -> str:
    return "Online in place" if one.interval is None else f"Retraining every {one.name}"


def _others(costs: Costs) -> str:
    """Return the near-optimal cadences in words, without the best alone."""
    if sum(costs.near) == 1:
        return ""
    scheduled = [(one.name, near) for one, near in zip(costs.cadences, costs.near, strict=True) if one.interval]
    runs = neighbours([name for name, _ in scheduled], [near for _, near in scheduled])
    words = [f"every {one}" if one == other else f"{one} to {other}" for one, other in runs]
    online = [IN_PLACE] if costs.cadences[0].interval is None and costs.near[0] and costs.best != 0 else []
    best = f"every {costs.cadences[costs.best].name}"
    return " and ".join([*(word for word in words if word != best), *online])


def paragraphs(costs: Costs) -> list[str]:
    """Return the answer, the retrains it implies, and break-even prices."""
    if costs.alike:
        return [answer(costs)]
    evens = [break_even(costs, thing) for thing in (HOUR, PUSH)]
    return [f"{answer(costs)} {_schedule(costs)}".rstrip(), *(_even(costs, one) for one in evens if one is not None)]


def _schedule(costs: Costs) -> str:
    """Return the retrains of a day under the cheapest schedule."""
    best = costs.cadences[costs.best]
    if best.interval is not None:
        return f"That is {_retrains(best)}."
    schedules = [one for one in costs.cadences if one.interval is not None]
    if not schedules:
        return ""
    rest = Costs(tuple(schedules), costs.prices)
    one, others = rest.cadences[rest.best], _others(rest)
    more = more_than_best(costs, costs.cadences.index(one))
    among = f" Among schedules, not known to be worse: {others}." if others and len(rest.total[0]) > 1 else ""
    return f"Of the schedules every {one.name} costs least, {more} a day more: {_retrains(one)}.{among}"


def _retrains(one: Measured) -> str:
    """Return how often a schedule retrains, planned and made."""
    assert one.interval is not None
    planned = DAY / one.interval
    made = "" if abs(one.retrains - planned) <= 0.3 * planned else f" (made: {_often(one.retrains)})"
    return f"{_often(planned)}{made}"


def _often(per_day: float) -> str:
    """Return a number of retrains a day in words.

    >>> _often(24.0), _often(1.0), _often(1 / 7), _often(3.17e-5), _often(0.0)
    ('24 retrains a day', '1 retrain a day', 'one retrain in 7 d', 'one retrain in 86.4 years', 'no retrain')
    """
    if per_day <= 0.0:
        return "no retrain"
    if per_day >= 1.0:
        return f"{digits(per_day)} {'retrain' if per_day == 1 else 'retrains'} a day"
    apart = DAY / per_day
    return f"one retrain in {span(apart) if apart < 2 * _YEAR else f'{digits(apart / _YEAR)} years'}"


def _even(costs: Costs, one: BreakEven) -> str:
    paid = costs.prices.per_training_hour if one.thing == HOUR else costs.prices.per_push
    if one.price is None:
        against = "" if one.against is None else f": every {one.against.name} costs less"
        return f"Online in place does not pay, whatever {one.thing} costs{against}."
    if one.price <= 0.0:
        return _always(one, paid)
    until = "" if one.below == math.inf else f", and up to {digits(one.below)}"
    ends = "" if one.low is None or one.high is None else f" (95 %: {digits(max(one.low, 0.0))} to {digits(one.high)})"
    assert one.against is not None
    return (
        f"Online in place pays where {one.thing} costs more than {digits(one.price)}{ends}{until}; here the price is "
        f"{digits(paid)}, so {_PAYS[one.pays(paid)]}. At {digits(one.price)} it costs as much as a retrain every "
        f"{one.against.name}, {_retrains(one.against)}."
    )


def _always(one: BreakEven, paid: float) -> str:
    """Return how sure online is where it always pays."""
    said = f"Online in place costs less than every schedule, {_whatever(one)}"
    if one.high is None:
        return f"{said}; that may be chance."
    if one.high <= 0.0:
        return f"{said} (95 %)."
    known = "so it is known" if paid > one.high else "so it may be chance"
    return (
        f"{said}. Above a price of {digits(one.high)} that is known (95 %); here the price is {digits(paid)}, {known}."
    )


def _whatever(one: BreakEven) -> str:
    return f"whatever {one.thing} costs" + ("" if one.below == math.inf else f" up to {digits(one.below)}")


def about(costs: Costs, start: str) -> str:
    """Return what the numbers are, in one sentence."""
    richest, many = costs.cadences[costs.richest], len(costs.total[0])
    return (
        f"Prices: {costs.prices}. Lost reward is against the cadence that earns most ({name_of(richest.interval)}), "
        f"from {start} on; {counted(many, 'replication')}, the same users and random numbers for all."
    )


def more_than_best(costs: Costs, n: int) -> str:
    """Return how much more it costs than the best.

    Empty for the best one.
    """
    return "" if n == costs.best else with_interval(*costs.more[n], places=2)
