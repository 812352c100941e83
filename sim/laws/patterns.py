"""Regular expressions of laws, for editors.

A law nests, which no regular expression follows. So one says what every call of a law looks like, wherever in the text
it stands; and the text as a whole is one call, or a constant. They are read by Python and by JavaScript alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations

from sim.laws.base import Law
from sim.laws.language import shelf

_ABOVE_0 = r"(?=[0.]*[1-9])"
SIZE = r"[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?"
_UNIT = r"(?:ms|s|m|h|d)"
WAIT = rf"{SIZE}\s*{_UNIT}"
DURATION = _ABOVE_0 + WAIT
POSITIVE = _ABOVE_0 + SIZE
SHARE = rf"{_ABOVE_0}(?:0*\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]*\.?[0-9]+[eE]-[0-9]+)"
ZERO_TO_ONE = r"(?:0*\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]*\.?[0-9]+[eE]-[0-9]+|0+|0*1(?:\.0+)?)"
NUMBER = f"-?{SIZE}"
WORD = r"\w[\w./-]*"
_LEVELS = 4  # of brackets that are followed; below, anything goes


def inside(levels: int = _LEVELS) -> str:
    """Return what may stand between two brackets."""
    deeper = inside(levels - 1) if levels else ".*"
    return rf"[^()]*(?:\({deeper}\)[^()]*)*"


def law_pattern(plain: bool = False, without: Iterable[str] = ()) -> str:
    """Return the pattern of a law's text.

    Args:
        plain: whether it is a law of values, with plain numbers in place of durations.
        without: names of laws that are refused.
    """
    laws = {name: law for name, law in shelf().items() if name not in set(without)}
    any_call = rf"(?:{'|'.join(laws)})\s*\({inside()}\)"
    wait, duration = (SIZE, POSITIVE) if plain else (WAIT, DURATION)
    kinds = {"duration": duration, "wait": wait, "positive": POSITIVE, "share": SHARE, "number": NUMBER, "word": WORD}
    kinds["law"] = f"(?:{any_call}|{wait})"
    unknown = rf"(?!.*\b(?!(?:{'|'.join(laws)})\s*\()[A-Za-z_]\w*\s*\()"
    wrong = "".join(_refused(law, kinds) for law in laws.values() if law.forms)
    return f"{unknown}{wrong}{kinds['law']}"


def _refused(law: type[Law], kinds: dict[str, str]) -> str:
    """Return what refuses a law in none of its forms."""
    forms = "|".join(_form(form, kinds) for form in law.forms)
    return rf"(?!.*\b{law.name}\s*\((?!\s*(?:{forms})\s*\)))"


def _form(form: str, kinds: dict[str, str]) -> str:
    """Return the pattern of arguments in any order.

    >>> _form("a=word, b=word", {"word": "W"})
    'a\\\\s*=\\\\s*W\\\\s*,\\\\s*b\\\\s*=\\\\s*W(?:\\\\s*,)?|b\\\\s*=\\\\s*W\\\\s*,\\\\s*a\\\\s*=\\\\s*W(?:\\\\s*,)?'
    """
    if not form:
        return ""
    if form.endswith(", ..."):
        one = _argument(form.removesuffix(", ..."), kinds)
        return rf"{one}(?:\s*,\s*{one})*(?:\s*,)?"
    parts = [_argument(part, kinds) for part in form.split(", ")]
    return "|".join(r"\s*,\s*".join(order) + r"(?:\s*,)?" for order in permutations(parts))


def _argument(part: str, kinds: dict[str, str]) -> str:
    """Return the pattern of one argument."""
    if "=" in part:
        key, kind = part.split("=")
        return rf"{key}\s*=\s*{kinds[kind]}"
    return r"\s*:\s*".join(kinds[kind] for kind in part.split(": "))
