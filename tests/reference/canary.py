"""What is known of the users on both sides of a canary, and whether those who try the candidate are worse off."""

from __future__ import annotations

import warnings

import numpy as np
from scipy.stats import ttest_ind

from sim.draws import Stream, root, uniform

LEVEL = 0.05


class Canary:
    def __init__(self, scenario, seed, replication):
        self.keys, self.root = scenario.platform.canary, root(seed, replication, Stream.CANARY)

    def tries(self, user):
        return self.keys is not None and bool(uniform(self.root, user) < self.keys.share)

    def verdict(self, impressions):
        """Return what becomes of the candidate, by the labels that are known of what was served meanwhile."""
        labels = {}
        for impression in impressions:
            if impression["known"]:
                label = 0.0 if impression["taken_back"] else float(impression["label"])
                labels.setdefault(impression["user"], []).append(label)
        means = {True: [], False: []}
        for user, own in labels.items():
            means[self.tries(user)].append(sum(own) / len(own))
        if min(len(means[True]), len(means[False])) < self.keys.least:
            return "untested"
        theirs, rest = np.array(means[True]), np.array(means[False])
        if max(theirs.std(), rest.std()) < 1e-9:
            return "rolled_back" if theirs[0] + self.keys.margin < rest[0] - 1e-9 else "promoted"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sides that do not vary
            found = ttest_ind(theirs + self.keys.margin, rest, equal_var=False, alternative="less")
        return "rolled_back" if found.pvalue < LEVEL else "promoted"
