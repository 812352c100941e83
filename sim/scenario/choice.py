"""How users choose from a slate, as one line of text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

_NAMES = ("bernoulli", "position_based", "cascade", "multinomial")
_LINE = re.compile(r"\s*(\w+)\s*(?:\((.*)\))?\s*", re.DOTALL)
_EXAMINATION = re.compile(r"\s*examination\s*=\s*\[([^\]]*)\]\s*")
USAGE = "bernoulli, position_based(examination=[1, 0.7, ...]), cascade or multinomial"


@dataclass(frozen=True)
class Choice:
    """A choice model and its parameter.

    Attributes:
        name: ``bernoulli position_based cascade multinomial``.
        examination: probability that each position is looked at; empty but for position_based.
    """

    name: str
    examination: tuple[float, ...] = ()


def parse_choice(source: str) -> Choice:
    """Return the choice model that a line of text names.

    Raises:
        ValueError: saying what is allowed.

    >>> parse_choice("position_based(examination=[1, 0.5])").examination
    (1.0, 0.5)
    """
    match = _LINE.fullmatch(source) if isinstance(source, str) else None
    if match is None:
        raise ValueError(f"{source!r} is not a choice model; write {USAGE}")
    name, arguments = match[1], match[2]
    if name not in _NAMES:
        near = get_close_matches(name, _NAMES, 1)
        hint = f", did you mean {near[0]}" if near else ""
        raise ValueError(f"unknown choice model {name!r}{hint}; write {USAGE}")
    if name != "position_based":
        if arguments and arguments.strip():
            raise ValueError(f"{name} takes no arguments")
        return Choice(name)
    listed = _EXAMINATION.fullmatch(arguments or "")
    if listed is None:
        raise ValueError("position_based takes examination=[...], one probability per position")
    try:
        examination = tuple(float(part) for part in listed[1].split(","))
    except ValueError:
        raise ValueError(f"position_based: examination=[{listed[1]}] is not a list of numbers") from None
    if not all(0.0 <= e <= 1.0 for e in examination) or max(examination) == 0.0:
        raise ValueError("position_based: every examination lies in [0, 1], and one is above 0")
    return Choice(name, examination)
