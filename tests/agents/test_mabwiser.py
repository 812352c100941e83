"""The MABWiser adapter against the library used directly."""

from __future__ import annotations

import numpy as np
import pytest

from agents import MABWiser
from tests.support.logs import ITEMS, begun, examples, experience, impressions, observations

mab = pytest.importorskip("mabwiser.mab")


@pytest.mark.parametrize(("rule", "options"), [("UCB1", {"alpha": 0.5}), ("LinUCB", {"alpha": 0.7}), ("LinGreedy", {})])
def test_it_is_the_rule_of_the_library(rule, options):
    rows = impressions(200).replace(item=np.arange(200) % ITEMS)
    learner = begun(MABWiser(rule, options))
    said = {"epsilon": 0} if rule == "LinGreedy" else options
    alone = mab.MAB(list(range(ITEMS)), getattr(mab.LearningPolicy, rule)(**said))
    for start, stop in ((0, 90), (90, 91), (91, 200)):
        part = rows.part(start, stop)
        learner.train(experience(examples(part)))
        learner.policy()  # from now on it learns on a copy
        context = () if rule == "UCB1" else (part.user_features,)
        alone.partial_fit(part.item, part.label, *context)
    asked = observations(n=20)
    for row, items in enumerate(learner.policy().act(asked).items.tolist()):
        context = () if rule == "UCB1" else (asked.features[row : row + 1],)
        expected = alone.predict_expectations(*context)
        assert items == sorted(expected, key=lambda item: (-expected[item], item))[:4]


def test_new_items_come_first_and_retired_ones_are_dropped():
    learner = begun(MABWiser("UCB1", {"alpha": 0.5}))
    learner.train(experience(examples(impressions(200))))
    assert learner.policy().act(observations(n=1, ids=np.arange(20, 40))).items.tolist() == [[25, 26, 27, 28]]
    told = experience(examples(impressions(50, seed=1)))
    told.oldest_item = 10
    learner.train(told)
    assert learner._known == set(range(10, ITEMS))


def test_rules_that_draw_are_refused():
    with pytest.raises(ValueError, match="expected one of UCB1, LinUCB, LinGreedy"):
        MABWiser("ThompsonSampling")
    with pytest.raises(ValueError, match="with epsilon above 0 the rule draws"):
        MABWiser("LinGreedy", {"epsilon": 0.1})
