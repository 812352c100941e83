"""The published table that an experiment reproduces."""

from __future__ import annotations

from pydantic import ValidationError

from sim.analysis.published import Published
from sim.errors import LabError
from sim.lab.config.job import plain
from sim.lazy import omegaconf
from sim.scenario.errors import problems_of


def published_of(config: omegaconf.DictConfig) -> Published | None:
    """Return the table under ``published``, None without one.

    Raises:
        LabError: with a line for each problem.
    """
    if config.published is None:
        return None
    try:
        return Published.model_validate(plain(config.published))
    except ValidationError as error:
        found = [(".".join(map(str, ("published", *at))), text) for at, text, _ in problems_of(error, Published)]
        raise LabError("\n".join(f"{key}: {text}" for key, text in found)) from None
