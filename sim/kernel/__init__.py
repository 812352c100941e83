"""The kernel, which serves requests in exact blocks.

A block lies between two instants at which the answer can change.
"""

from sim.kernel.outcome import Outcome
from sim.kernel.run import Probe, Watch, run
from sim.kernel.split import Split
from sim.kernel.variants import run_variants
from sim.pipeline.agent_error import AgentError
from sim.scenario import Replication

__all__ = ["AgentError", "Outcome", "Probe", "Replication", "Split", "Watch", "run", "run_variants"]
