"""Markup that is safe by construction: whatever is not markup already is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

_EMPTY = ("meta", "path", "line", "rect", "circle", "use")


class Safe(str):
    """Text that is markup: only this module makes it, from parts that it has escaped."""

    __slots__ = ()


def tag(name: str, /, *children: str | float, **attributes: str | float | None) -> Safe:
    """Return an element; text in it and its attributes are escaped, children that are markup are kept.

    Args:
        name: of the element.
        children: markup, text or numbers.
        attributes: ``class_`` is ``class``, ``stroke_width`` is ``stroke-width``; None leaves one out.

    >>> tag("p", "a < b ", tag("b", "&"), class_="x")
    '<p class="x">a &lt; b <b>&amp;</b></p>'
    """
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_text(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _EMPTY and not children:
        return Safe(f"<{name}{told}/>")
    return Safe(f"<{name}{told}>{join(children)}</{name}>")


def join(parts: Iterable[str | float]) -> Safe:
    """Return parts one after another, escaped where they are not markup."""
    return Safe("".join(part if isinstance(part, Safe) else escape(_text(part)) for part in parts))


def trusted(text: str) -> Safe:
    """Return text of our own, such as the style sheet, as markup."""
    return Safe(text)


def _text(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return f"{value:.1f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
