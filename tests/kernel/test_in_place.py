"""Versions that follow one another in place, worked out together: as if each had been started, trained and shipped."""

import numpy as np

from sim.kernel.single.in_place_versions import InPlaceVersions
from sim.pipeline import Versions

LEARNT = [(10.0, 4.0, 1), (10.0, 2.0, 2), (12.5, 9.0, 3), (20.0, 3.0, 4)]  # now, request_at, examples


def shipped(versions, now, request_at, examples):
    version = versions.start(now, examples, None, np.array(request_at, ndmin=1))
    versions.trained(version.number, now)
    versions.arrive(version.number, now)


def state(versions):
    answered, newly = versions.answered, np.concatenate(versions.take_newly()).tolist()
    return versions.rows(), versions.count, versions.serving.stamp(0), newly, answered


def test_they_leave_what_versions_shipped_one_by_one_leave():
    one_by_one, together = Versions(None), Versions(None)
    for update in LEARNT:
        shipped(one_by_one, *update)
    noted = InPlaceVersions(together)
    for update in LEARNT:
        noted.follow(*update)
    assert noted.number == 4
    assert together.count == 1  # as yet
    numbers, at = noted.work_out()
    assert (list(numbers), at) == ([1, 2, 3, 4], [10.0, 10.0, 12.5, 20.0])
    found = state(together)
    assert found == state(one_by_one)
    assert found[2:] == ((4, 20.0, 20.0, 4, 9.0, 0), [4.0, 2.0, 9.0, 3.0], False)
    assert noted.work_out() == (range(5, 5), [])


def test_one_that_several_entries_made_may_come_between():
    one_by_one, together = Versions(None), Versions(None)
    noted = InPlaceVersions(together)
    for update in LEARNT[:2]:
        shipped(one_by_one, *update)
        noted.follow(*update)
    noted.work_out()
    several = 11.0, [5.0, 6.0, 11.0], 5
    shipped(one_by_one, *several)
    shipped(together, *several)
    noted.join()
    shipped(one_by_one, 12.5, 9.0, 6)
    noted.follow(12.5, 9.0, 6)
    noted.work_out()
    assert state(together) == state(one_by_one)


def test_requests_keep_what_they_would_of_each_version():
    versions = Versions(None)
    noted = InPlaceVersions(versions)
    for update in LEARNT:
        noted.follow(*update)
    noted.work_out()
    columns = noted.columns([0, 0, 2, 3, 3, 4])
    assert list(columns["version"]) == [0, 0, 2, 3, 3, 4]
    assert list(columns["live_at"]) == list(columns["cutoff_at"]) == [0.0, 0.0, 10.0, 12.5, 12.5, 20.0]
    assert list(columns["learnt"]) == [0, 0, 2, 3, 3, 4]
    assert list(columns["label_at"]) == [-np.inf, -np.inf, 4.0, 9.0, 9.0, 9.0]
    assert list(noted.first_answers(columns["version"])) == [0, 2, 3, 5]
    assert len(versions.take_newly()) == 1  # it has answered
    assert list(InPlaceVersions(versions).first_answers(np.array([4, 4, 5]))) == [2]
