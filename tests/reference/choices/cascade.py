"""The first item that attracts is clicked, and none after it."""

from sim.draws import uniform
from tests.reference.choices._shared import sigmoid

SHORT_FORM = False


def drawn(random, size):
    return "cascade"


def clicks(choice, utility, keys, nobody):
    hits = [bool(uniform(key, 0) < sigmoid(u)) for u, key in zip(utility, keys, strict=True)]
    return [hit and not any(hits[:k]) for k, hit in enumerate(hits)]


def probabilities(choice, utility):
    out, here = [], 1.0
    for u in utility:
        out.append(here * sigmoid(u))
        here = here * (1.0 - sigmoid(u))
    return out


def expected(choice, utility, value):
    total, here = 0.0, 1.0
    for u, v in zip(utility, value, strict=True):
        total, here = total + here * sigmoid(u) * v, here * (1.0 - sigmoid(u))
    return total
