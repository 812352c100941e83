"""Predictions of an item that the version did not choose.

They are asked for only to score predictions.
"""

from __future__ import annotations

from math import isinf, nan

import numpy as np
from numpy.typing import NDArray

from sim.pipeline import Version
from sim.pipeline.agent_error import AgentError, Breach, failed
from sim.pipeline.checked_predictions import INFINITE, checked_predictions
from sim.ports import Observations

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def predict(version: Version, observations: Observations, places: Ints) -> Floats | None:
    """Return the predictions for one item per request, or None.

    None if the version's policy does not predict.

    Args:
        version: which.
        observations: n requests, as the policy gets them to answer.
        places: ``(n,)`` positions of the items in the catalogue.

    Returns:
        ``(n,)``, NaN where the policy does not know.

    Raises:
        AgentError: when the policy fails or what it says are not n numbers.
    """
    if (ask := getattr(version.policy, "predict", None)) is None:
        return None
    try:
        return checked_predictions(
            ask(observations, observations.catalogue.ids.take(places)), "n_requests", len(observations)
        )
    except Exception as error:
        raise _failed(version, observations, error) from error


def predict_one(version: Version, observations: Observations, place: int) -> float:
    """Return the prediction for one item at one request.

    NaN where the version does not know or does not predict.

    Raises:
        AgentError: when the policy fails or what it says is not a number.
    """
    if (ask := getattr(version.policy, "predict", None)) is None:
        return nan
    try:
        said = ask(observations, observations.catalogue.ids[place : place + 1])
        sound = type(said) is np.ndarray and said.shape == (1,) and said.dtype == np.float64
        number: float = (said if sound else checked_predictions(said, "n_requests", 1)).item()
        if isinf(number):
            raise Breach(INFINITE)
        return number
    except Exception as error:
        raise _failed(version, observations, error) from error


def _failed(version: Version, observations: Observations, error: Exception) -> AgentError:
    name, at = type(version.policy).__name__, observations.at
    span = f"{at[0]:g} s" if len(at) == 1 else f"{at[0]:g}-{at[-1]:g} s"
    return failed(f"{name} failed to predict as version {version.number} at {span}", error)
