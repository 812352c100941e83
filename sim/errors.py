"""Errors for users: what is wrong and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any


class LabError(ValueError):
    """The error of an invalid request.

    The message says what is allowed.
    """


class Died(RuntimeError):
    """The error that the process of a job died."""


def unknown(what: str, name: str, known: Iterable[str], more: str = "", meant: str = "") -> LabError:
    """Return the error for an unknown name.

    It suggests the nearest known name.

    Args:
        what: the kind of name, such as ``agent``.
        name: the name given.
        known: all names that exist.
        more: text to add after them.
        meant: the name to suggest, if known; by default the most similar one.

    >>> print(unknown("agent", "linucb_onlin", ["linucb_online", "uniform"]))
    agent: unknown name 'linucb_onlin', did you mean linucb_online; known are linucb_online, uniform
    """
    names = sorted(known)
    near = [meant] if meant else get_close_matches(name, names, 1)
    hint = f", did you mean {near[0]}" if near else ""
    known_are = f"known are {', '.join(names)}" if names else "there is none"
    return LabError(f"{what}: unknown name {name!r}{hint}; {known_are}{more}")


def whole(key: str, value: Any, least: int = 1, most: int | None = None, more: str = "") -> int:
    """Return the whole number of a key, if in range.

    Args:
        key: dotted key.
        value: its value.
        least: lowest allowed value.
        most: highest allowed value, None for no bound.
        more: text to add about what is allowed.

    Raises:
        LabError: it is not a whole number in this range.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least or (most is not None and value > most):
        raise LabError(f"{key}: is {value!r}; a whole number >= {least}{more} is allowed")
    return value


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and its chain of causes."""
    seen: set[int] = set()
    here: BaseException | None = error
    while here is not None and id(here) not in seen:
        seen.add(id(here))
        yield here
        here = here.__cause__ or here.__context__


def innermost(error: BaseException) -> str:
    """Return the message of the first error of a chain."""
    while error.__cause__ is not None:
        error = error.__cause__
    return " ".join(str(error).split()) or type(error).__name__


@contextmanager
def refusing(message: str, *kinds: type[BaseException]) -> Iterator[None]:
    """Turn errors of some kinds into a `LabError`.

    Args:
        message: its text; ``{why}`` is replaced by one line of at most 1000 characters, what the error says.
        kinds: the kinds of errors; a `LabError` passes as it is.

    Raises:
        LabError: the block raised such an error.

    >>> with refusing("score_from: {why}", ValueError):
    ...     raise ValueError("no duration")
    Traceback (most recent call last):
    sim.errors.LabError: score_from: no duration
    """
    try:
        yield
    except LabError:
        raise
    except kinds as error:
        why = " ".join(str(error).split())[:1000]
        raise LabError(harmless(message.replace("{why}", why))) from error


def harmless(text: str) -> str:
    r"""Return text without terminal control characters.

    Line ends and tabs are kept.

    >>> harmless("a\x1b[31mb")
    'a?[31mb'
    """
    return text if text.isprintable() else "".join(c if c.isprintable() or c in "\n\t" else "?" for c in text)


def unknown_key(key: str, known: Sequence[str], owner: str = "", meant: str = "") -> str:
    """Return the message for an unknown key.

    It suggests ``meant``, or the nearest known key.

    >>> unknown_key("learner.alfa", ["alpha", "ridge"], "LinUCB")
    'learner.alfa: unknown key of LinUCB, did you mean learner.alpha; allowed are alpha, ridge'
    """
    above, dot, last = key.rpartition(".")
    near = get_close_matches(last, known, 1)
    of = f" of {owner}" if owner else ""
    meant = meant or (f"{above}{dot}{near[0]}" if near else "")
    hint = f", did you mean {meant}" if meant else ""
    return f"{key}: unknown key{of}{hint}; " + (f"allowed are {', '.join(known)}" if known else "it has no keys")
