"""What a policy says of propensities: of what it shows, and of other slates."""

import numpy as np
import pytest

from sim.ports import close_part
from tests.contracts.shelves import LEARNERS, make
from tests.support.logs import begun, examples, experience, impressions, observations


@pytest.mark.parametrize("part", LEARNERS, ids=lambda part: part.__name__)
def test_propensities_of_any_slate_agree_with_those_shown(part):
    """Where a policy has ``propensity``: the same numbers for what it shows, and one in sum over items."""
    learner = begun(make(part))
    learner.train(experience(examples(impressions(200))))
    policy = learner.policy()
    if not callable(getattr(policy, "propensity", None)):
        close_part(learner)
        pytest.skip("no propensity of other slates")
    asked = observations(12)
    shown = policy.act(asked)
    assert policy.propensity(asked, shown.items) == pytest.approx(shown.propensity, abs=1e-9)
    ids = asked.catalogue.ids
    size = shown.items.shape[1]
    every = [
        policy.propensity(asked, np.roll(ids, -first)[None, :size].repeat(len(asked), axis=0))
        for first in range(len(ids))
    ]
    assert np.sum(every, axis=0) == pytest.approx(np.ones((len(asked), size)), abs=1e-6)
    close_part(learner)
