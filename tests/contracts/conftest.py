"""Learners of the shelf, untrained and trained."""

import numpy as np
import pytest

from sim.ports import close_part
from tests.contracts.shelves import LEARNERS, fades, make, tried_with, value_of
from tests.support.logs import FIXED, begun, examples, experience, impressions

NEWER = np.concatenate([np.arange(10, 25), np.arange(100, 130)])  # some retired, many never seen
CASES = [
    *((part, "turnover") for part in LEARNERS),
    *((part, "per_item") for part in LEARNERS if hasattr(make(part), "model")),
    *((part, "forgetful") for part in LEARNERS if fades(part)),
    *((part, base) for part in LEARNERS for base in tried_with(part).get("base", ())[1:]),
]


def name_of(case):
    part, kind = case
    return f"{part.__name__}-{getattr(kind, '__name__', kind)}"


def made_of(part, kind):
    if kind == "forgetful":
        return begun(part(forget="5m"))
    if not isinstance(kind, str):
        return begun(part(base=value_of(kind)))
    return begun(make(part)) if kind == "turnover" else begun(part(model="per_item"), FIXED)


@pytest.fixture(params=CASES, ids=name_of)
def another(request):
    """Return what makes equal learners, untrained; all are closed in the end."""
    made = []

    def one():
        made.append(made_of(*request.param))
        return made[-1]

    yield one
    for learner in made:
        close_part(learner)


@pytest.fixture
def learner(another):
    return another()


@pytest.fixture(params=[None, NEWER], ids=["seen", "turned-over"])
def ids(request, learner):
    if request.param is not None and getattr(learner, "model", None) == "per_item":
        pytest.skip("a model per item is for catalogues that do not turn over")
    return request.param


def taught(learner):
    learner.train(experience(examples(impressions(200))))
    return learner


@pytest.fixture
def trained(learner):
    return taught(learner)
