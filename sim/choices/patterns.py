"""Regular expressions of choice models, for editors."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from sim.choices.base import Choice
from sim.choices.language import parameters, required, shelf
from sim.laws.patterns import NUMBER, POSITIVE, SIZE, WORD, ZERO_TO_ONE


def choice_pattern() -> str:
    """Return the pattern of a choice model's text."""
    return "|".join(_call(model) for model in shelf().values())


def _call(model: type[Choice]) -> str:
    """Return the pattern of a model with its parameters."""
    known, needed = parameters(model), required(model)
    own = {key: rf"{key}\s*=\s*{_value(how)}" for key, how in known.items()}
    if not own:
        return rf"{model.name}(?:\s*\(\s*\))?"
    if set(needed) == set(own):
        orders = (r"\s*,\s*".join(own[key] for key in order) for order in permutations(own))
        return rf"{model.name}\s*\(\s*(?:{'|'.join(orders)})\s*,?\s*\)"
    some = "|".join(own.values())
    must = "".join(rf"(?=.*\b{key}\s*=)" for key in needed)
    given = rf"{must}\s*\(\s*(?:(?:{some})\s*,?\s*)*\)"
    return f"{model.name}{given}" if needed else f"{model.name}(?:{given})?"


def _value(how: dict[str, Any]) -> str:
    """Return the pattern of a parameter's value."""
    kind = how.get("type")
    if kind == "array":
        one = _value(how.get("items", {}))
        return rf"\[\s*{one}(?:\s*,\s*{one})*\s*,?\s*\]"
    if kind in ("number", "integer"):
        if how.get("minimum") == 0 and how.get("maximum") == 1:
            return ZERO_TO_ONE
        return POSITIVE if how.get("exclusiveMinimum") == 0 else SIZE if how.get("minimum") == 0 else NUMBER
    return rf"(?:{NUMBER}|{WORD}|\[[^\]]*\])"
