"""A replay in the terminal; its texts are not trusted."""

from __future__ import annotations

from sim.analysis.replay.model import Replay, Visit
from sim.analysis.replay.sentences import clock, incidents, person, serving
from sim.analysis.units import digits, span
from sim.errors import harmless
from sim.lab.base.console import out
from sim.lab.report.text.tables import plain_table
from sim.lab.store.run_folder import Stored
from sim.lazy import rich


def show_visits(run: Stored, user: int, found: list[Visit]) -> None:
    """Print a user's visits, to choose one from."""
    table = _table("visit", "when", "version", "expected", "regret", "reward")
    for v in found:
        table.add_row(str(v.visit), clock(v.request_at), str(v.version), *map(_number, (v.expected_reward, v.regret)),
                      f"{v.reward:g}")  # fmt: skip
    _say(f"{_title(run)}, user {user}: {len(found)} visits; --visit V explains one")
    if found:
        out().print(table)


def show(run: Stored, found: Replay) -> None:
    """Print why a user saw a slate."""
    _say(f"{_title(run)}, user {found.user}, visit {found.visit}: {clock(found.request_at)}\n")
    _say(serving(found))
    _say("\n".join([*incidents(found), person(found)]))
    for table in (_slate, _outcomes, _labels, _options):
        out().print(table(found))
    _say(f"regret {_number(found.regret)} = staleness {_number(found.staleness)} + learning {_number(found.learning)}")


def _title(run: Stored) -> str:
    agent = run.agent
    parts = " ".join(type(part).__name__ for part in (agent.learner, agent.correction, agent.cadence))
    return f"{run.scenario.name} · {parts} · {agent.ship}"


def _slate(found: Replay) -> rich.table.Table:
    table = _table("#", "item", "predicted", "propensity", "true click*", "true rank*", "popularity*")
    for s in found.slate:
        said, truth = map(_number, (s.predicted, s.propensity)), (_number(s.attraction), str(s.rank))
        table.add_row(str(s.position), str(s.item), *said, *truth, _number(s.popularity))
    table.caption, table.caption_justify = "* hidden from the agent", "left"
    return table


def _outcomes(found: Replay) -> rich.table.Table:
    table, start = _table("#", "item", "outcome", "happened", "known to the log"), found.request_at
    for s in found.slate:
        times = ("-" if at is None else f"after {span(at - start)}" for at in (s.feedback_at, s.delivered_at))
        table.add_row(str(s.position), str(s.item), s.status, *times)
    return table


def _labels(found: Replay) -> rich.table.Table:
    table = _table("earlier impressions", "read by the version", "in the log, not read", "pending")
    for name, labels in (("of this user", found.labels_of_user), ("of these items", found.labels_of_items)):
        table.add_row(name, *map(str, (labels.read, labels.unread, labels.pending)))
    return table


def _options(found: Replay) -> rich.table.Table:
    table = _table("slate", "items", "expected reward")
    named = {
        "shown": found.shown,
        "freshest: trained on the log as it was": found.freshest,
        "best: the oracle's": found.best,
    }
    for name, option in named.items():
        table.add_row(name, " ".join(map(str, option.items)), _number(option.expected_reward))
    return table


def _table(*headings: str) -> rich.table.Table:
    return plain_table(headings, ("slate", "items", "earlier impressions", "outcome", "when"))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}" if abs(value) < 1000 else digits(value)


def _say(text: str) -> None:
    print("\n".join(harmless(line) for line in text.split("\n")))
