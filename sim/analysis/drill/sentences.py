"""What a drill says, in sentences."""

from __future__ import annotations

from sim.analysis.drill.drill import Drill
from sim.analysis.drill.sides import Gap, Side
from sim.analysis.units import counted, span, with_interval
from sim.scenario.incidents import Incident

NAMES = {
    "trainer_down": "trainer outage", "push_stuck": "stuck push", "label_outage": "label outage",
    "label_loss": "loss of labels", "label_duplicates": "doubling of labels", "traffic": "change of traffic",
    "rollback": "rollback",
}  # fmt: skip

_NONE_KNOWN = "no harm known"


def name_of(drill: Drill) -> str:
    """Return the incident in words, such as ``6 h trainer outage``."""
    one = drill.incident
    lasts = f"{span(one.lasts)} " if isinstance(one, Incident) else ""
    return f"{lasts}{NAMES.get(one.kind, one.kind)}"


def answer(drill: Drill) -> str:
    """Return what the incident costs, without and with protections."""
    return " ".join([f"{headline(drill)}.", *(_protected(drill, one) for one in drill.sides[1:])])


def headline(drill: Drill) -> str:
    """Return what the incident costs without protection."""
    return f"The {name_of(drill)} {_cost(drill, drill.sides[0])}{_until(drill, drill.sides[0])}"


def captions(drill: Drill) -> list[str]:
    """Return a short line a protection, for a figure."""
    return [_caption(drill, one) for one in drill.sides[1:]]


def _caption(drill: Drill, side: Side) -> str:
    lasts = drill.made_good(side) is None
    good = "not made good by the horizon" if lasts else f"made good {cell(drill, side)}"
    cost = _signed("costs", side.cost) + (f", {good}" if drill.felt(side) else "")
    price = f"{_signed('costs', drill.price(side))} on good days"
    return f"With {side.name}: {cost}; {price}; {_pays(drill, side, short=True)}"


def _protected(drill: Drill, side: Side) -> str:
    cost = f"With {side.name} it {_cost(drill, side)}{_until(drill, side)}"
    price, saved = _signed("costs", drill.price(side)), _signed("saves", drill.balance(side))
    return (
        f"{cost}. On good days {side.name} {price}; with the incident, that included, it {saved}: {_pays(drill, side)}."
    )


def _signed(verb: str, gap: Gap) -> str:
    """Return what is cost or saved, by its sign."""
    if gap.mean == gap.half == 0.0:
        return f"{verb} nothing"
    if gap.mean < 0.0:
        return f"{'saves' if verb == 'costs' else 'costs'} {with_interval(-gap.mean, gap.half, 2)}"
    return f"{verb} {shown(gap)}"


def _pays(drill: Drill, side: Side, *, short: bool = False) -> str:
    balance, where = drill.balance(side), "" if short else " in this drill"
    if balance.low > 0.0:
        return f"it pays{where}"
    return f"it does not pay{where}" if balance.high < 0.0 else f"whether it pays{where} is not known"


def _cost(drill: Drill, side: Side) -> str:
    cost = side.cost
    amount = f"{with_interval(cost.mean, cost.half, 2)} {drill.unit}"
    if side.spared:
        return "costs nothing: this incident cannot strike what serves in place, without trainer or push"
    if not side.more.any():
        return "costs nothing: regret is the same at every instant"
    if cost.low > 0.0:
        return f"costs {amount}"
    if cost.high < 0.0:
        return f"saves {with_interval(-cost.mean, cost.half, 2)} {drill.unit}"
    return f"is not known to cost anything ({amount})"


def _until(drill: Drill, side: Side) -> str:
    if not drill.felt(side):
        return ""
    known = side.cost.low > 0.0
    return f" and is {_good(drill, side)}" if known else f", though it was felt, and is {_good(drill, side)}"


def _good(drill: Drill, side: Side) -> str:
    found = drill.made_good(side)
    if found is None:
        return "not made good by the horizon"
    if not isinstance(drill.incident, Incident):
        return f"made good {span(found)} after it"
    return f"made good {span(found)} after it ends" if found else "made good when it ends"


def about(drill: Drill) -> str:
    """Return what the numbers are."""
    step = span(drill.step)
    said = (
        f"Cost: regret of the whole run in {drill.unit}, with the incident less without it; ±: 95 % t-interval, "
        f"{counted(len(drill.sides[0].more), 'replication')}, the same users and random numbers in all runs. "
        f"Made good: from then on regret is not known to be higher, neither in steps of {step} nor over all the rest. "
    )
    if any(cell(drill, side) == _NONE_KNOWN for side in drill.sides):
        said += "No harm known: it never was. "
    return f"{said}Harm that is too small for so many replications may be there, or last longer."


def cell(drill: Drill, side: Side) -> str:
    """Return when it is made good, for a table."""
    if side.spared:
        return "not struck"
    if not drill.felt(side):
        return _NONE_KNOWN if side.more.any() else "never felt"
    found = drill.made_good(side)
    if found is None:
        return "not by the horizon"
    return f"{span(found)} after" if found else "at its end"


def shown(gap: Gap) -> str:
    """Return a difference with its interval."""
    return with_interval(gap.mean, gap.half, 2)
