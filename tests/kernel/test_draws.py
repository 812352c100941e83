"""The generator is the published one, and its streams do not touch each other."""

import numpy as np
import pytest

from sim.draws import Stream, child, exponential, normal, root, uniform


def test_known_answers():
    # splitmix64.c of Vigna with state 0, and the vectors published for state 1234567
    assert [int(child(0, n)) for n in range(3)] == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    assert [int(child(1234567, n)) for n in range(5)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


def test_one_row_and_many_give_the_same_bits():
    keys = child(root(3, 1, Stream.VISIT), np.arange(1000))
    for draw in (uniform, normal, exponential):
        many = draw(keys[:, None], np.arange(7))
        for i, lane in ((0, 0), (17, 3), (999, 6)):
            assert draw(keys[i], lane) == many[i, lane]
            assert draw(keys[i : i + 1, None], np.array([lane])).tolist() == [[many[i, lane]]]


def test_uniforms_are_uniform_and_open():
    u = uniform(root(0, 0, Stream.GAP), np.arange(200_000))
    assert 0.0 < u.min() < 1e-4
    assert 1.0 - 1e-4 < u.max() < 1.0
    counts = np.bincount((u * 100).astype(int), minlength=100)
    chi2 = np.sum((counts - 2000.0) ** 2 / 2000.0)
    assert 50 < chi2 < 160  # 99 degrees of freedom: mean 99, s.d. 14


def test_neighbouring_seeds_users_and_lanes_are_uncorrelated():
    lanes = np.arange(100_000)
    key = root(0, 0, Stream.VISIT)
    base = uniform(key, lanes)
    others = [
        uniform(root(1, 0, Stream.VISIT), lanes),
        uniform(root(0, 1, Stream.VISIT), lanes),
        uniform(root(0, 0, Stream.GAP), lanes),
        uniform(child(key, lanes), 0),
        uniform(key, lanes + 1),
    ]
    for other in others:
        assert abs(np.corrcoef(base, other)[0, 1]) < 4 / np.sqrt(len(lanes))


@pytest.mark.long
def test_no_clash_in_a_million_keys():
    roots = np.array([root(seed, rep, Stream.VISIT) for seed in range(10) for rep in range(10)])
    users = child(roots[:, None], np.arange(100))
    visits = child(users[:, :, None], np.arange(100))
    assert visits.size == 1_000_000
    assert (np.diff(np.sort(visits, axis=None)) > 0).all()
