"""Errors as people read them: what is wrong and what is allowed, no traceback."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    pass


class LabError(ValueError):
    """Something that was asked for is not possible; the message says what is."""


class Died(RuntimeError):
    """The process of a job died; the message says how."""


def unknown(what: str, name: str, known: Iterable[str], more: str = "", meant: str = "") -> LabError:
    """Return the error for a name that is not known, with the nearest one that is.

    Args:
        what: the kind of name, such as ``agent``.
        name: as given.
        known: the names that there are.
        more: what follows them.
        meant: what was meant instead, where that is known better than from the letters.

    >>> print(unknown("agent", "linucb_onlin", ["linucb_online", "uniform"]))
    agent: unknown name 'linucb_onlin', did you mean linucb_online; known are linucb_online, uniform
    """
    names = sorted(known)
    near = [meant] if meant else get_close_matches(name, names, 1)
    hint = f", did you mean {near[0]}" if near else ""
    return LabError(f"{what}: unknown name {name!r}{hint}; known are {', '.join(names)}{more}")


def whole(key: str, value: Any, least: int = 1, most: int | None = None, more: str = "") -> int:
    """Return a whole number that a key has to be.

    Args:
        key: dotted.
        value: what it is.
        least: the least that is allowed.
        most: the most, None for no bound.
        more: what else to say of what is allowed.

    Raises:
        LabError: it is something else.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least or (most is not None and value > most):
        raise LabError(f"{key}: is {value!r}; a whole number >= {least}{more} is allowed")
    return value


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, what it was raised from, and so on."""
    seen: set[int] = set()
    here: BaseException | None = error
    while here is not None and id(here) not in seen:
        seen.add(id(here))
        yield here
        here = here.__cause__ or here.__context__


def harmless(text: str) -> str:
    r"""Return text without what a terminal would obey; lines stay lines.

    >>> harmless("a\x1b[31mb")
    'a?[31mb'
    """
    return text if text.isprintable() else "".join(c if c.isprintable() or c in "\n\t" else "?" for c in text)


def unknown_key(key: str, known: Sequence[str], owner: str = "") -> str:
    """Return the message for a key that is not known, with the nearest one that is.

    >>> unknown_key("learner.alfa", ["alpha", "ridge"], "LinUCB")
    'learner.alfa: unknown key of LinUCB, did you mean learner.alpha; allowed are alpha, ridge'
    """
    above, dot, last = key.rpartition(".")
    near = get_close_matches(last, known, 1)
    of = f" of {owner}" if owner else ""
    hint = f", did you mean {above}{dot}{near[0]}" if near else ""
    return f"{key}: unknown key{of}{hint}; " + (f"allowed are {', '.join(known)}" if known else "it has no keys")
