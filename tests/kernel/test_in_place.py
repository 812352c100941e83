"""Versions that follow one another in place, worked out together: as if each had been started, trained and shipped."""

import numpy as np

from sim.pipeline import Versions
from sim.pipeline.in_place import InPlace

LEARNT = [(10.0, 4.0, 1), (10.0, 2.0, 2), (12.5, 9.0, 3), (20.0, 3.0, 4)]  # now, request_at, examples


def shipped(versions, now, request_at, examples):
    version = versions.start(now, examples, None, np.array(request_at, ndmin=1))
    versions.trained(version, now)
    versions.arrive(version, now)
    return version


def state(versions):
    serving = versions.serving
    return versions.rows(), versions.count, serving.stamp(0), np.concatenate(serving.newly).tolist(), serving.answered


def test_they_leave_what_versions_shipped_one_by_one_leave():
    one_by_one, together = Versions(None), Versions(None)
    for update in LEARNT:
        shipped(one_by_one, *update)
    noted = InPlace(together)
    for update in LEARNT:
        noted.follow(*update)
    assert noted.number == 4
    assert together.count == 1  # as yet
    numbers, at = noted.settle()
    assert (list(numbers), at) == ([1, 2, 3, 4], [10.0, 10.0, 12.5, 20.0])
    assert state(together) == state(one_by_one)
    assert state(together)[2:4] == ((4, 20.0, 20.0, 4, 9.0, 0), [4.0, 2.0, 9.0, 3.0])
    assert noted.settle() == (range(5, 5), [])


def test_one_that_several_entries_made_may_come_between():
    one_by_one, together = Versions(None), Versions(None)
    noted = InPlace(together)
    for update in LEARNT[:2]:
        shipped(one_by_one, *update)
        noted.follow(*update)
    noted.settle()
    several = 11.0, [5.0, 6.0, 11.0], 5
    shipped(one_by_one, *several)
    noted.join(shipped(together, *several))
    shipped(one_by_one, 12.5, 9.0, 6)
    noted.follow(12.5, 9.0, 6)
    noted.settle()
    assert state(together) == state(one_by_one)


def test_requests_keep_what_they_would_of_each_version():
    versions = Versions(None)
    noted = InPlace(versions)
    for update in LEARNT:
        noted.follow(*update)
    noted.settle()
    columns = noted.columns([0, 0, 2, 3, 3, 4])
    assert list(columns["version"]) == [0, 0, 2, 3, 3, 4]
    assert list(columns["live_at"]) == list(columns["cutoff_at"]) == [0.0, 0.0, 10.0, 12.5, 12.5, 20.0]
    assert list(columns["learnt"]) == [0, 0, 2, 3, 3, 4]
    assert list(columns["label_at"]) == [-np.inf, -np.inf, 4.0, 9.0, 9.0, 9.0]
    assert list(noted.first_answers(columns["version"])) == [0, 2, 3, 5]
    versions.serving.answered = True
    assert list(InPlace(versions).first_answers(np.array([4, 4, 5]))) == [2]
