"""Counter-based random numbers: draws are pure functions of keys.

See docs/world.md, Draws.
"""

from sim.draws.splitmix import child, exponential, normal, normals, uniform, uniforms
from sim.draws.streams import Stream, root

__all__ = ["Stream", "child", "exponential", "normal", "normals", "root", "uniform", "uniforms"]
