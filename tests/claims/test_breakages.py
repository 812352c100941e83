"""Claims that no error could fail would claim nothing: the simulator is broken on purpose, and they see it."""

import __future__

import inspect
import textwrap

import pytest

from agents.learners import ucb1
from sim.choices.cascade import Cascade
from sim.pipeline.releases import Releases
from sim.score.metrics.as_seen import _kinds
from sim.world.context import RequestContext
from sim.world.feedback import resolve_feedback
from sim.world.item_traits import ItemTraits
from sim.world.judging import Judging
from sim.world.label_incidents import LabelIncidents, _hit
from sim.world.recent_clicks import RecentClicks
from sim.world.replacement import FixedInstants, Lifetimes
from sim.world.response import Replies
from sim.world.tastes import Tastes, _shifts
from sim.world.users import UserDynamics

from ._claim import found
from ._fewer import shrink

# what is broken, where, what stands there, what is put in its place, and the topic that sees it
BREAKAGES = {
    "ingest twice": (
        resolve_feedback,
        "_logged(draw.delivered_at, own)",
        "_logged(draw.delivered_at, 2.0 * own)",
        "ingest.latency",
    ),
    "ingest twice at the closing": (
        resolve_feedback,
        "_logged(ends, ingest)",
        "_logged(ends, 2.0 * ingest)",
        "ingest.latency",
    ),
    "push from the cutoff": (
        Releases.push,
        "self._durations.course(Stream.PUSH, self._push_time, version.number, self._clock.now)",
        "None, max(self._clock.now, version.cutoff_at + self._durations.course("
        "Stream.PUSH, self._push_time, version.number, self._clock.now)[0])",
        "age.periodic_retrain",
    ),
    "a push that is never stuck": (
        Releases.push,
        "self._stuck.over(arrival)",
        "arrival",
        "drills.stuck_push",
    ),
    "a window without its end": (
        resolve_feedback,
        "draw.delay <= window",
        "draw.delay < window",
        "ingest.end_of_the_window",
    ),
    "an outage of six hours at most": (
        LabelIncidents.logged,
        "self._outages.after(at)",
        "np.minimum(self._outages.after(at), at + 21600.0)",
        "incidents.outage",
    ),
    "a loss of a fifth of a fifth": (_hit, "< share", "< share * share", "incidents.loss"),
    "seen when it happens": (
        _kinds,
        "chunk.credited, chunk.delivered_at",
        "chunk.credited, chunk.event_at",
        "as_seen.shares",
    ),
    "popularity twice": (ItemTraits.offset, ") + popularity", ") + 2.0 * popularity", "items.popularity"),
    "satisfaction by e, not by halves": (
        UserDynamics.please,
        "-age / self._satisfaction.half_life",
        "-age / (self._satisfaction.half_life * np.log(2.0))",
        "satisfaction.gaps",
    ),
    "one trend for all replications": (
        Tastes.__init__,
        "(seed, replication, Stream.TREND)",
        "(seed, 0, Stream.TREND)",
        "tastes.trend",
    ),
    "the conversion's delay drawn as the click's": (
        Replies._conversions,
        "_keys(Stream.CONVERSION_DELAY)",
        "_keys(Stream.DELAY)",
        "conversions.delays",
    ),
    "UCB1 without the root": (
        ucb1._index,
        "np.sqrt(2.0 * np.log(total) / pulls)",
        "(2.0 * np.log(total) / pulls)",
        "indices.ucb1",
    ),
    "satiation that makes wanted": (
        Judging.judge,
        "np.maximum(sated, 0.0, out=sated)",
        "sated",
        "satiation.same_and_other_items",
    ),
    "lives half as long": (Lifetimes._lives, "return self._mean *", "return 0.5 * self._mean *", "items.turnover"),
    "arms of any length": (ItemTraits.features, "entries / _lengths(entries)", "entries", "items.redrawn_arms"),
    "a turnover that draws each place once": (
        FixedInstants.turn,
        "uniform(child(self._key, number), np.arange(1, count + 1))",
        "np.arange(count) / count",
        "items.turnover_at_fixed_instants",
    ),
    "one drift for all users": (
        Tastes.__init__,
        "Stream.DRIFT), everyone)",
        "Stream.DRIFT), 0 * everyone)",
        "tastes.drift",
    ),
    "a shift of everybody": (_shifts, "< shift.share", "< 1.0", "tastes.shifts"),
    "a context that grows with its numbers": (
        RequestContext.__init__,
        "about.spread / np.sqrt(self._length)",
        "about.spread",
        "context.size",
    ),
    "fresh features without latency": (
        RecentClicks.at_requests,
        "plus(k, -self._latency)",
        "k",
        "recent.evenly_spaced",
    ),
    "a cascade that goes on": (Cascade.clicks, "== 1", ">= 1", "choices.clicks_by_position"),
}


def broken(function, stands, instead):
    """Return the code of a function with one thing put in the place of another."""
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(stands) == 1, f"{function.__qualname__} does not hold {stands!r} once"
    flags = __future__.annotations.compiler_flag
    names = dict(function.__globals__)
    exec(compile(source.replace(stands, instead), "<broken>", "exec", flags=flags, dont_inherit=True), names)
    return names[function.__name__].__code__


@pytest.mark.parametrize("name", list(BREAKAGES))
def test_what_is_broken_on_purpose_fails_a_claim(monkeypatch, name):
    function, stands, instead, where = BREAKAGES[name]
    topic = shrink(found()[where], monkeypatch)
    assert not getattr(topic, "slow", False)
    monkeypatch.setattr(function, "__code__", broken(function, stands, instead))
    assert not all(claim.holds for claim in topic())


# Known less well than to a tenth, with the reason.
WIDE = {
    "share of versions rolled back by chance": "5 %; 700 versions tell it from 2 and 8 %",
    "share rolled back of those that are 7 points worse, 1 allowed": "250 versions tell it from 40 and 67 %",
    "share rejected by the gate, of 0.3 against 0.42 where 0.3 is true": "400 versions tell it from 17 and 30 %",
    "still there after three days": "a quarter of a day in which they are looked for is let out",
    "arrived and there, by visits an hour": "six hours of visits, each a count",
    "after_1d: difference as seen": "a difference of two means that is near 0",
    "after_3d: difference as seen": "a difference of two means that is near 0",
    "at_end: difference as seen": "a difference of two means that is near 0",
}


def _wide(claims):
    """Return the claims of a number that is not known to a tenth of it."""
    known = [c for c in claims if c.sign == "=" and c.theory]
    return [c.name for c in known if c.high - c.low > 0.2 * abs(c.theory)]


@pytest.mark.slow
def test_every_number_is_known_to_a_tenth_or_named():
    assert {name for topic in found().values() for name in _wide(topic())} == set(WIDE)
