"""The values of an override, by Hydra's grammar."""

from __future__ import annotations

from itertools import islice

from sim.analysis.jobs.command_line import SECONDS, typed
from sim.errors import LabError
from sim.laws.durations import text
from sim.lazy import hydra

MOST_JOBS = 100_000


def values(override: hydra.core.override_parser.types.Override) -> list[str]:
    """Return the values of an axis, each as override."""
    key = override.get_key_element()
    if not override.is_sweep_override():
        return [f"{key}={override.get_value_element_as_str()}"]
    if not override.is_discrete_sweep():
        raise LabError(
            f"{typed([key])[0]}: an interval is for an optimiser (hydra/sweeper=optuna); "
            "a list of values or range(...) is allowed"
        )
    found = list(islice(override.sweep_string_iterator(), MOST_JOBS + 1))
    if not found:
        asked = typed([override.input_line or key])[0]
        raise LabError(f"{asked}: holds no value; a list such as 1,2 or a range from low to high is allowed")
    with_units = SECONDS in getattr(override.value(), "tags", ())
    return [f"{key}={text(float(value)) if with_units else value}" for value in found]
