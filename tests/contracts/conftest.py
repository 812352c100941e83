"""Learners of the shelf, untrained and trained."""

import numpy as np
import pytest

from sim.ports import close_part
from tests.contracts.shelves import LEARNERS, has_parameter, make, tried_with, value_of
from tests.support.logs import FIXED, begun, examples, experience, impressions

NEWER = np.concatenate([np.arange(10, 25), np.arange(100, 130)])  # some retired, many never seen
MORE = [
    *((part, "per_item") for part in LEARNERS if has_parameter(part, "model")),
    *((part, "forgetful") for part in LEARNERS if has_parameter(part, "forget")),
    *((part, base) for part in LEARNERS for base in tried_with(part).get("base", ())[1:]),
]
BASIC = {  # what make check tries with learners of other packages
    "test_slates_are_slates",
    "test_acting_changes_nothing",
    "test_a_request_is_answered_as_it_would_be_alone",
    "test_each_impression_is_predicted_as_it_would_be_alone",
    "test_items_are_shown_as_often_as_propensities_say",
    "test_a_snapshot_is_not_touched_by_later_training",
    "test_a_copy_is_a_learner_of_its_own",
}
OF_FORMS = {  # what make test tries besides with further forms of a learner
    "test_what_was_assumed_can_be_taken_back",
    "test_two_halves_make_a_whole",
    "test_starting_over_forgets",
    "test_the_fast_path_is_what_the_policy_and_training_are",
    "test_saved_and_loaded_it_decides_and_learns_on_as_before",
    "test_a_learner_says_which_labels_it_takes_and_learns_from_these",
}


def name_of(case):
    part, kind = case
    return f"{part.__name__}-{getattr(kind, '__name__', kind)}"


def made_of(part, kind):
    if kind == "forgetful":
        return begun(part(forget="5m"))
    if not isinstance(kind, str):
        return begun(part(base=value_of(kind)))
    return begun(make(part)) if kind == "turnover" else begun(part(model="per_item"), FIXED)


def marks_of(case):
    """Return how slow a case is: each learner is tried in one form by make check, in more by the others."""
    part, kind = case
    if kind == "per_item" and hasattr(part, "package"):
        return [pytest.mark.slow]
    return [pytest.mark.long]


CASES = [
    *(pytest.param((part, "turnover"), id=name_of((part, "turnover"))) for part in LEARNERS),
    *(pytest.param(case, id=name_of(case), marks=marks_of(case)) for case in MORE),
]


def pytest_collection_modifyitems(items):
    """Leave to make test all but the basic contracts of learners of other packages, to make test-all those of forms."""
    for item in items:
        part, kind = item.callspec.params.get("another", (None, "")) if hasattr(item, "callspec") else (None, "")
        if hasattr(part, "package") and item.originalname not in BASIC:
            item.add_marker(pytest.mark.long)
        if part is not None and kind != "turnover" and item.originalname not in BASIC | OF_FORMS:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(params=CASES)
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


def catalogues(learner):
    """Return the ids of a catalogue that was seen in training, and of a newer one if the learner is for such."""
    return [None] if getattr(learner, "model", None) == "per_item" else [None, NEWER]


def taught(learner):
    learner.train(experience(examples(impressions(200))))
    return learner


@pytest.fixture
def trained(learner):
    return taught(learner)
