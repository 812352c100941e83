"""What satisfaction is driven by."""

from __future__ import annotations

import re
from typing import Any

_FEATURE = re.compile(r"\s*feature\s*\(\s*([0-9]{1,3})\s*\)\s*")
_ALLOWED = "clicks, value or feature(k), k from 0, is allowed"


def parse_driver(value: Any) -> str:
    """Return what drives satisfaction, in one spelling.

    Raises:
        ValueError: it is none of these.

    >>> parse_driver("feature( 2 )")
    'feature(2)'
    """
    if isinstance(value, str):
        if value.strip() in ("clicks", "value"):
            return value.strip()
        if match := _FEATURE.fullmatch(value):
            return f"feature({int(match[1])})"
    raise ValueError(f"{value!r} is nothing that drives satisfaction; {_ALLOWED}")


def feature_of(driver: str) -> int | None:
    """Return the number of the feature, None for others.

    >>> feature_of("feature(2)"), feature_of("clicks")
    (2, None)
    """
    match = _FEATURE.fullmatch(driver)
    return int(match[1]) if match else None
