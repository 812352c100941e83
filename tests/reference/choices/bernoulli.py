"""Each item is clicked on its own merit."""

from sim.draws import uniform
from tests.reference.choices._shared import sigmoid

SHORT_FORM = True


def drawn(random, size):
    return "bernoulli"


def clicks(choice, utility, keys, nobody):
    return [bool(uniform(key, 0) < sigmoid(u)) for u, key in zip(utility, keys, strict=True)]


def probabilities(choice, utility):
    return [sigmoid(u) for u in utility]


def expected(choice, utility, value):
    total = 0.0
    for u, v in zip(utility, value, strict=True):
        total = total + sigmoid(u) * v
    return total
