"""A replay in the terminal; its texts are not trusted."""

from __future__ import annotations

from sim.analysis.replay.model import Replay, Visit
from sim.analysis.units import digits, span
from sim.errors import harmless
from sim.lab.base.console import out
from sim.lab.report.text.tables import plain_table
from sim.lab.store.run_folder import Stored
from sim.lazy import rich

_DAY = 86400
_MOST = 12  # features on a line
_MOST_LINES = 4  # of versions under way


def clock(at: float | None) -> str:
    """Return an instant as day (from 1) and clock time.

    >>> clock(90061.5), clock(None)
    ('day 2 01:01:01.5', '-')
    """
    if at is None:
        return "-"
    day, rest = divmod(at, _DAY)
    tenths = min(int(rest * 10), _DAY * 10 - 1)
    return f"day {int(day) + 1} {tenths // 36000:02}:{tenths // 600 % 60:02}:{tenths // 10 % 60:02}.{tenths % 10}"


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
    _say(_serving(found))
    _say(_person(found))
    for table in (_slate, _outcomes, _labels, _options):
        out().print(table(found))
    _say(f"regret {_number(found.regret)} = staleness {_number(found.staleness)} + learning {_number(found.learning)}")


def _title(run: Stored) -> str:
    agent = run.agent
    parts = " ".join(type(part).__name__ for part in (agent.learner, agent.correction, agent.cadence))
    return f"{run.scenario.name} · {parts} · {agent.ship}"


def _serving(found: Replay) -> str:
    v = found.serving
    answered = (
        f"answered by  version {v.version}: read the log up to {clock(v.cutoff_at)} ({span(v.data_age)} before, "
        f"{v.examples} outcomes), live since {clock(v.live_at)} ({span(v.model_age)})"
    )
    waiting = []
    for one in v.underway:
        state = "still in training" if one.trained_at is None else f"trained at {clock(one.trained_at)}, not live yet"
        waiting.append(f"not yet      version {one.version}: read the log up to {clock(one.cutoff_at)}, {state}")
    if len(waiting) > _MOST_LINES:
        waiting[1:-1] = [f"             ... and {len(waiting) - 2} more ..."]
    return "\n".join([answered, *waiting])


def _person(found: Replay) -> str:
    p = found.person
    more = f" and {len(p.features) - _MOST} more" if len(p.features) > _MOST else ""
    seen = " ".join(f"{x:.2f}" for x in p.features[:_MOST]) + more
    return (
        f"the user     observed {seen}\n"
        f"             hidden from the agent: taste {p.taste:.2f} long, moved by {p.moved:.2f} since the version's "
        f"cutoff, satiation {p.satiation:.2f}, satisfaction {p.satisfaction:+.2f}"
    )


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
