"""The choice models for one slate, a file each as on the shelf, and the best slate by trying them all.

A file has, of one slate in lists with the first position first:
``clicks(choice, utility, keys, nobody)``, ``probabilities(choice, utility)`` of a click on each item, and
``drawn(random, size)``, the text of such a model for slates of a size. ``expected(choice, utility, value)`` is the
worth of a slate; ``seen(choice, size)``, where users do not look everywhere, the probability of each position;
``SHORT_FORM`` says whether the mean worth of all slates is taken, or that of one random slate.
"""

from __future__ import annotations

from importlib import import_module
from itertools import permutations
from math import perm
from pkgutil import iter_modules

from tests.reference.choices._shared import sigmoid

MOST_SLATES = 5000
TIE = 1e-12
NAMES = sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_"))


def of(choice):
    """Return the module of a model."""
    return import_module(f"{__name__}.{choice.name}")


def drawn(name, random, size):
    """Return the text of a model of a name, for slates of a size."""
    return import_module(f"{__name__}.{name}").drawn(random, size)


def clicks(choice, utility, keys, nobody):
    """Decide the clicks of one slate."""
    return of(choice).clicks(choice, utility, keys, nobody)


def probabilities(choice, utility, value):
    """Return the probability of the outcome of each item; ``value`` is None where a click is one."""
    clicked = of(choice).probabilities(choice, utility)
    return [float(click if v is None else click * v) for click, v in zip(clicked, value, strict=True)]


def expected(choice, utility, value):
    """Return the expected reward of one slate; ``value`` of an item is None where a click is worth 1."""
    return of(choice).expected(choice, utility, [1.0 if v is None else v for v in value])


def seen(choice, size):
    """Return the probability that users look at each position."""
    found = getattr(of(choice), "seen", None)
    return (1.0,) * size if found is None else found(choice, size)


def attention(choice, size):
    """Return the positions of a slate, those first where most users look."""
    return sorted(range(size), key=lambda k: -seen(choice, size)[k])


def judge(choice, utility, value, size):
    """Return the best slate (places in the catalogue), its worth, and the mean worth of all slates.

    Of slates that are equally good but for rounding, the one that shows the likelier click where most users
    look, then the older item.
    """
    if perm(len(utility), size) > MOST_SLATES:
        return judge_many(choice, utility, value, size)
    slates = list(permutations(range(len(utility)), size))
    worth = [float(expected(choice, [utility[i] for i in s], [value[i] for i in s])) for s in slates]
    highest = max(worth)
    order = attention(choice, size)
    best = [s for s, w in zip(slates, worth, strict=True) if w >= highest - TIE]
    best = min(best, key=lambda s: [(-utility[s[k]], s[k]) for k in order])
    return list(best), highest, sum(worth) / len(worth)


def judge_many(choice, utility, value, size):
    """Do the same without looking at every slate, where clicks count and a sort tells the best."""
    assert all(v is None for v in value)
    order = sorted(range(len(utility)), key=lambda i: (-utility[i], i))
    places = attention(choice, size)
    best = [order[places.index(k)] for k in range(size)]
    mean = sum(seen(choice, size)) * sum(map(sigmoid, utility)) / len(utility)
    return best, float(expected(choice, [utility[i] for i in best], [None] * size)), mean
