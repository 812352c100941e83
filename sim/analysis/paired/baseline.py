"""The contender meant by words such as ``linucb nightly push=20m``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sim.analysis.paired.contenders import Contender
from sim.analysis.settings import display_value, run_label, short_name
from sim.errors import LabError

_SHOWN = 20


def resolve_baseline(text: str, found: Sequence[Contender], names: Sequence[str]) -> list[int]:
    """Return the contenders that the words name.

    Positions in ``found``, at most one in each world.

    Tried in this order: the whole label; the start of a run's hash; words that are values of settings, or
    ``key=value``; the start of a label or of a run's name in MLflow.

    Args:
        text: the words.
        found: all contenders.
        names: the settings that distinguish them.

    Raises:
        LabError: the words fit none, or several in one world; the candidates are listed.
    """
    labels = [one.label(names) for one in found]
    for fits in (_whole, _hash, _words, _start):
        places = [n for n, one in enumerate(found) if fits(text, one, labels[n])]
        if places:
            return _one_each(text, places, found, labels)
    raise LabError(f"baseline: {text!r} fits no run; candidates are {_listed(labels)}")


def _one_each(text: str, places: list[int], found: Sequence[Contender], labels: list[str]) -> list[int]:
    worlds = [found[n].world for n in places]
    if len(set(worlds)) < len(worlds):
        several = [labels[n] for n in places if worlds.count(found[n].world) > 1]
        raise LabError(f"baseline: {text!r} fits {len(several)} runs; say which: {_listed(several)}")
    return places


def _listed(labels: list[str]) -> str:
    shown = list(dict.fromkeys(labels))
    more = f"; and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    return "; ".join(repr(one) for one in shown[:_SHOWN]) + more


def _whole(text: str, one: Contender, name: str) -> bool:
    return _plain(text) == _plain(name)


def _hash(text: str, one: Contender, name: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{4,12}", text) is not None and any(r.hash.startswith(text) for r in one.records)


def _words(text: str, one: Contender, name: str) -> bool:
    values = {_squeezed(display_value(one.settings, key)) for key in one.settings}
    by_key: dict[str, set[str]] = {}
    for key in one.settings:
        for spelling in (key, short_name(key)):
            by_key.setdefault(spelling, set()).add(_squeezed(display_value(one.settings, key)))
    words = _split(text)
    return bool(words) and all(word in values or _has(by_key, word) for word in words)


def _has(by_key: dict[str, set[str]], word: str) -> bool:
    key, equals, value = word.partition("=")
    return bool(equals) and value in by_key.get(key, ())


def _start(text: str, one: Contender, name: str) -> bool:
    wanted = _plain(text)
    return bool(wanted) and any(_plain(known).startswith(wanted) for known in (name, run_label(one.records[0].config)))


def _plain(text: str) -> str:
    """Return text without the marks that separate its parts."""
    return re.sub(r"[\s,·=]+", " ", text).strip().lower()


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _split(text: str) -> list[str]:
    """Split a text into words; brackets stay together.

    >>> _split("linucb push=lognormal(median=2h, p95=6h)")
    ['linucb', 'push=lognormal(median=2h,p95=6h)']
    """
    words, depth = [""], 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if letter.isspace() or (letter in ",·" and depth <= 0):
            words += [""] if depth <= 0 else []
        else:
            words[-1] += letter
    return [word for word in words if word]
