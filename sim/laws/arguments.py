"""A strict reader of the arguments of ``name(key=value, ...)``."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from sim.laws.base import Argument, Law
from sim.laws.durations import LONGEST, UNITS

SHORTEST = 1e-9  # seconds; below it quotients overflow
_LEAST = 1e-100  # seconds, of a scale that is derived: heavy tails have a very small one


class Arguments:
    """The named arguments of a law.

    Args:
        law: the law, for messages.
        arguments: as parsed.
        names: the names that are allowed.
        first: the name of a first argument without a key; None where it needs a key.

    Raises:
        ValueError: a name is given twice, or is not among ``names``.
    """

    def __init__(
        self, law: type[Law], arguments: list[Argument], names: tuple[str, ...], first: str | None = None
    ) -> None:
        self._law = law
        self._given: dict[str, Argument] = {}
        for place, argument in enumerate(arguments):
            key = argument.key
            if key is None and place == 0 and first is not None:
                key = first
            if not isinstance(key, str) or key not in names:
                near = get_close_matches(str(key), names, 1)
                hint = f", did you mean {near[0]}" if near else ""
                raise ValueError(f"{law.name} takes {law.usage}, not {key if key else argument.typed}{hint}")
            if key in self._given:
                raise ValueError(f"{law.name} is given {key} twice")
            self._given[key] = argument

    def has(self, key: str) -> bool:
        """Return whether an argument is given."""
        return key in self._given

    def one_of(self, *keys: str) -> str:
        """Return the one of several arguments that is given.

        Raises:
            ValueError: none or several are given.
        """
        given = [k for k in keys if k in self._given]
        if len(given) != 1:
            raise ValueError(f"{self._law.name} takes {self._law.usage}; give exactly one of {', '.join(keys)}")
        return given[0]

    def seconds(self, key: str, default: float | None = None, positive: bool = True) -> float:
        """Return a duration in seconds, or a plain value."""
        argument = self._get(key, default)
        if not isinstance(argument, Argument):
            return float(argument)
        if argument.plain:
            return self._amount(key, argument, positive)
        if not argument.is_duration:
            raise ValueError(
                f"{self._law.name}: {key} is {argument.typed}, expected a duration such as 20s, 5m, 1.5h, 7d"
            )
        if positive and argument.value <= 0:
            raise ValueError(f"{self._law.name}: {key} must be longer than 0s")
        if positive and argument.value < SHORTEST:
            raise ValueError(f"{self._law.name}: {key} is {argument.typed}; {SHORTEST:g}s is the shortest allowed")
        return float(argument.value)

    def _amount(self, key: str, argument: Argument, positive: bool) -> float:
        """Return a plain number in place of a duration."""
        if not isinstance(argument.value, float) or argument.is_duration:
            raise ValueError(f"{self._law.name}: {key} is {argument.typed}, expected a plain number such as 40")
        if argument.value < (least := SHORTEST if positive else 0.0):
            raise ValueError(f"{self._law.name}: {key} is {argument.typed}; {least:g} or more is allowed")
        if argument.value > LONGEST:
            raise ValueError(f"{self._law.name}: {key} is {argument.typed}; at most {LONGEST:g} is allowed")
        return argument.value

    def derived(self, key: str, value: float) -> float:
        """Return a derived duration in seconds, if in range.

        Raises:
            ValueError: it is too short or too long, so the arguments are a mistake.
        """
        if not _LEAST <= value <= LONGEST:
            raise ValueError(
                f"{self._law.name}: its {key} would be {value:.3g} s; {_LEAST:g} s to {LONGEST / UNITS['d']:.0f}d is "
                "allowed"
            )
        return value

    def number(self, key: str, low: float, high: float) -> float:
        """Return a number in the open interval (low, high)."""
        argument = self._get(key, None)
        value = argument.value if isinstance(argument, Argument) else argument
        if not isinstance(value, float) or argument.is_duration or not low < value < high:
            upper = f" and below {high:g}" if high < float("inf") else ""
            shown = argument.typed if isinstance(argument, Argument) else argument
            raise ValueError(f"{self._law.name}: {key} is {shown}, expected a plain number above {low:g}{upper}")
        return value

    def word(self, key: str) -> str:
        """Return a word."""
        value = self._get(key, None).value
        if not isinstance(value, str):
            raise ValueError(f"{self._law.name}: {key} is {value!r}, expected a name")
        return value

    def given(self, key: str) -> Argument:
        """Return an argument as given.

        Raises:
            ValueError: it is missing.
        """
        argument: Argument = self._get(key, None)
        return argument

    def _get(self, key: str, default: Any) -> Any:
        if key in self._given:
            return self._given[key]
        if default is None:
            raise ValueError(f"{self._law.name} takes {self._law.usage}; {key} is missing")
        return default
