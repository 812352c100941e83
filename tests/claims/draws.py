"""The random numbers: one by one, and against their neighbours."""

from __future__ import annotations

import itertools

import numpy as np
from scipy import stats

from sim.draws import Stream, child, root, uniform

from ._claim import TAIL, Claim, at_most, exact, near

_SOURCE = "SplitMix64 (Steele, Lea, Flood 2014)"
AXES = ("seed", "replication", "user", "visit", "lane")


# of the authors' own generator with state 1234567
PUBLISHED = (
    6457827717110365317,
    3203168211198807973,
    9817491932198370423,
    4593380528125082431,
    16408922859458223821,
)


def published_outputs() -> list[Claim]:
    """The first outputs are those of the published generator."""
    own = child(np.array([1234567]), np.arange(len(PUBLISHED)))
    equal = (own == np.array(PUBLISHED, dtype=np.uint64)).sum()
    return [exact("published outputs of SplitMix64 that come out", len(PUBLISHED), equal, _SOURCE)]


def neighbours_differ_in_half_their_bits() -> list[Claim]:
    """The keys of neighbours along an axis differ in 32 of 64 bits on average, in every stream."""
    grids = [_keys(stream, (4, 4, 10, 10, 10)) for stream in Stream]
    return [
        near(f"bits in which neighbours by {axis} differ", 32.0, np.concatenate([_bits(g, n) for g in grids]), _SOURCE)
        for n, axis in enumerate(AXES)
    ]


def every_stream_is_uniform() -> list[Claim]:
    """Counts in 64 equal bins of every stream: the sum of their chi-squares is chi-square with 63 for each stream."""
    total = 0.0
    for stream in Stream:
        counts = np.histogram(_grid(stream, (4, 4, 16, 16, 16)), bins=64, range=(0, 1))[0]
        total += stats.chisquare(counts).statistic
    bound = stats.chi2.ppf(1 - 2 * TAIL, 63 * len(Stream))
    return [at_most(f"{len(Stream)} streams, uniform: chi-square", bound, total, _SOURCE)]


def neighbours_are_independent() -> list[Claim]:
    """Correlations r of neighbours along an axis: the sum of n r^2 over the streams is chi-square."""
    bound = stats.chi2.ppf(1 - 2 * TAIL, len(Stream))
    grids = [_grid(stream, (6, 6, 12, 12, 12)) for stream in Stream]
    scores = {axis: sum(_score(grid, number) for grid in grids) for number, axis in enumerate(AXES)}
    return [at_most(f"neighbours by {axis}, uncorrelated: chi-square", bound, s, _SOURCE) for axis, s in scores.items()]


def streams_are_independent() -> list[Claim]:
    """The same between each stream and the next."""
    grids = [_grid(stream, (4, 4, 16, 16, 16)).ravel() for stream in Stream]
    score = sum(_correlation(a, b) for a, b in itertools.pairwise(grids))
    bound = stats.chi2.ppf(1 - 2 * TAIL, len(Stream) - 1)
    return [at_most("neighbouring streams, uncorrelated: chi-square", bound, score, _SOURCE)]


def no_two_keys_are_equal() -> list[Claim]:
    """Of a million keys of all streams, seeds, replications, users, visits and lanes, none occurs twice."""
    keys = np.concatenate([_keys(stream, (5, 4, 20, 25, 5)).ravel() for stream in Stream])
    return [exact("different keys", len(keys), len(np.unique(keys)), "a clash has probability 3e-8")]


def _keys(stream: Stream, shape: tuple[int, ...]) -> np.ndarray:
    seeds, replications, *rest = shape
    roots = np.array([[root(s, r, stream) for r in range(replications)] for s in range(seeds)])
    for size in rest:
        roots = child(roots[..., None], np.arange(size))
    return roots


def _grid(stream: Stream, shape: tuple[int, ...]) -> np.ndarray:
    return uniform(_keys(stream, shape[:-1])[..., None], np.arange(shape[-1]))


def _bits(keys: np.ndarray, axis: int) -> np.ndarray:
    ahead = np.moveaxis(keys, axis, 0)
    return np.bitwise_count(ahead[0::2] ^ ahead[1::2]).ravel()


def _score(grid: np.ndarray, axis: int) -> float:
    ahead = np.moveaxis(grid, axis, 0)
    return _correlation(ahead[0::2].ravel(), ahead[1::2].ravel())


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    return len(a) * np.corrcoef(a, b)[0, 1] ** 2
