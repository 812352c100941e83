"""Each item is examined with the probability of its position, then clicked on its own merit."""

from sim.draws import uniform
from tests.reference.choices._shared import sigmoid

SHORT_FORM = True


def drawn(random, size):
    seen = random.choice([[1, 0.7, 0.5], [0.5, 1, 0.7], [1, 0, 0.5]])[:size]
    return f"position_based(examination={seen})"


def seen(choice, size):
    return choice.examination[:size]


def clicks(choice, utility, keys, nobody):
    attracted = zip(utility, keys, choice.examination, strict=True)
    return [bool(uniform(key, 0) < e * sigmoid(u)) for u, key, e in attracted]


def probabilities(choice, utility):
    return [choice.examination[k] * sigmoid(u) for k, u in enumerate(utility)]


def expected(choice, utility, value):
    total = 0.0
    for e, u, v in zip(choice.examination, utility, value, strict=True):
        total = total + e * (sigmoid(u) * v)
    return total
