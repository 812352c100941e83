"""Which settings make a world.

Two runs in one world are comparable: the same users, items, outcomes and delays. The platform is not part of it, nor
are windows and what a silent no means: those are the joiner's, and change what the log says, not what happens. Nor are
features of recent clicks: those are a service's, and change what agents see.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_NO_WORLD = ("name", "description", "platform")
_JOINED = ("window", "negatives")
_KINDS = ("click", "conversion")
RECENT = "scenario.users.observed.recent"
_JOINER = re.compile(rf"scenario\.feedback\.({'|'.join(_KINDS)})\.({'|'.join(_JOINED)})")


def of_joiner(setting: str) -> bool:
    """Return whether a setting, dotted, is the joiner's.

    The window of a reversal is not: it says what a positive counts.

    >>> of_joiner("scenario.feedback.click.window"), of_joiner("scenario.feedback.click.reversal.window")
    (True, False)
    """
    return _JOINER.fullmatch(setting) is not None


def of_features(setting: str) -> bool:
    """Return whether a setting, dotted, is that of recent clicks.

    >>> of_features("scenario.users.observed.recent.latency"), of_features("scenario.users.observed.share")
    (True, False)
    """
    return setting == RECENT or setting.startswith(f"{RECENT}.")


def of_platform(setting: str) -> bool:
    """Return whether a setting, dotted, is the platform's."""
    return setting.startswith("scenario.platform.")


def of_world(setting: str) -> bool:
    """Return whether a setting, dotted, tells worlds apart.

    >>> [of_world(f"scenario.{key}") for key in ("horizon", "platform.push", "feedback.click.window")]
    [True, False, False]
    """
    if setting in ("epoch", "score_from"):
        return True
    apart = of_platform(setting) or of_joiner(setting) or of_features(setting)
    return setting.startswith("scenario") and not apart


def world_part(scenario: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a scenario makes its world."""
    world = {key: value for key, value in scenario.items() if key not in _NO_WORLD}
    if isinstance(users := world.get("users"), Mapping) and isinstance(seen := users.get("observed"), Mapping):
        observed = {name: value for name, value in seen.items() if name != "recent"}
        world["users"] = {**users, "observed": observed}
    feedback = world.get("feedback")
    return world | ({} if feedback is None else {"feedback": {key: _unjoined(key, feedback[key]) for key in feedback}})


def _unjoined(key: str, kind: Any) -> Any:
    """Return a kind of feedback without the joiner's keys."""
    if key not in _KINDS or not isinstance(kind, Mapping):
        return kind
    return {name: value for name, value in kind.items() if name not in _JOINED}
