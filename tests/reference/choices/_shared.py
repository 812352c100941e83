"""Elementary functions of the choice models."""

import numpy as np

from sim.draws import uniform


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def gumbel(key):
    return -np.log(-np.log(uniform(key, 0)))
