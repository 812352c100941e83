"""The contenders that a claim is about, in each world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.analysis.claims.claim import Claim
from sim.analysis.paired.baseline import resolve_baseline
from sim.analysis.paired.contenders import Contender, telling
from sim.errors import LabError

Agents = Mapping[str, Mapping[str, str]]  # the learner, correction and cadence of each agent with a name
Two = tuple[Contender, Contender]


def pairs_of(claim: Claim, found: Sequence[Contender], agents: Agents) -> list[Two]:
    """Return the two contenders of a claim, world by world.

    Args:
        claim: the claim.
        found: all contenders of a sweep.
        agents: those that have a name, which stands for their parts whatever chose these.

    Raises:
        LabError: words name none, or several in one world, or the two are in no common world, or one and the same.
    """
    mine, theirs = (_named(claim, side, found, agents) for side in ("of", "versus"))
    worlds = [world for world in mine if world in theirs]
    if not worlds:
        raise LabError(f"claims.{claim.score}: {claim.of} and {claim.versus} are in no common world")
    if any(mine[world] is theirs[world] for world in worlds):
        raise LabError(f"claims.{claim.score}: {claim.of} and {claim.versus} are the same agent")
    return [(mine[world], theirs[world]) for world in worlds]


def _named(claim: Claim, side: str, found: Sequence[Contender], agents: Agents) -> dict[str, Contender]:
    """Return the contender that words name, by world.

    They are the name of an agent, words as for a baseline, or both.
    """
    text, names = str(getattr(claim, side)), telling(found)
    name, _, words = text.partition(" ")
    among = [one for one in found if name in agents and agents[name].items() <= one.settings.items()]
    if not among:
        among, words = list(found), text
    try:
        among = [among[n] for n in resolve_baseline(words, among, names)] if words else among
    except LabError as error:
        raise LabError(f"claims.{claim.score}.{side}: {str(error).removeprefix('baseline: ')}") from None
    if len({one.world for one in among}) < len(among):
        listed = "; ".join(dict.fromkeys(repr(one.label(names)) for one in among))
        raise LabError(f"claims.{claim.score}.{side}: {text!r} fits {len(among)} runs; say which: {listed}")
    return {one.world: one for one in among}
