"""Agents: learner x correction x cadence. They know their ports (`sim.ports`), never the world."""

from agents.agent import Agent
from agents.cadences.after import After
from agents.cadences.daily_at import DailyAt
from agents.cadences.every import Every
from agents.cadences.micro_batch import MicroBatch
from agents.cadences.never import Never
from agents.cadences.on_drift import OnDrift
from agents.cadences.online import Online
from agents.corrections.no_correction import NoCorrection
from agents.corrections.observed_only import ObservedOnly
from agents.corrections.wait import Wait
from agents.learners.beta_thompson import BetaThompson
from agents.learners.epsilon_greedy import EpsilonGreedy
from agents.learners.linear_thompson import LinTS
from agents.learners.linucb import LinUCB
from agents.learners.logistic import LogisticRanker
from agents.learners.oracle import Oracle
from agents.learners.ridge import RidgeRanker
from agents.learners.ucb1 import UCB1
from agents.learners.uniform import Uniform

__all__ = [
    "UCB1",
    "After",
    "Agent",
    "BetaThompson",
    "DailyAt",
    "EpsilonGreedy",
    "Every",
    "LinTS",
    "LinUCB",
    "LogisticRanker",
    "MicroBatch",
    "Never",
    "NoCorrection",
    "ObservedOnly",
    "OnDrift",
    "Online",
    "Oracle",
    "RidgeRanker",
    "Uniform",
    "Wait",
]
