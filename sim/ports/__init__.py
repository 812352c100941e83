"""The ports: data and protocols between the world and agents.

Agents may import nothing else from ``sim``. The functions that they may use are in `sim.ports.optional.tools`.
"""

from sim.ports.agent import AgentParts, Cadence, Correction, Learner, Policy
from sim.ports.experience import Examples, Experience, News
from sim.ports.impressions import Impressions
from sim.ports.observations import Catalogue, Observations, Slates
from sim.ports.optional import tools
from sim.ports.optional.incremental import IncrementalPath, Slate, as_matured
from sim.ports.optional.model import Model
from sim.ports.optional.space import Space
from sim.ports.optional.tools import *  # noqa: F403  (named there)

__all__ = [
    "AgentParts",
    "Cadence",
    "Catalogue",
    "Correction",
    "Examples",
    "Experience",
    "Impressions",
    "IncrementalPath",
    "Learner",
    "Model",
    "News",
    "Observations",
    "Policy",
    "Slate",
    "Slates",
    "Space",
    "as_matured",
]
__all__ += tools.__all__
