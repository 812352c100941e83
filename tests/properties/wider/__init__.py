"""What random worlds may have besides: one file a mechanism of the wider world.

A file has ``add(random, ticks, scenario)``, which puts the mechanism's keys into a random scenario, or leaves it as it
is where they would be refused.
"""

from importlib import import_module
from pkgutil import iter_modules

MECHANISMS = {found.name: import_module(f"{__name__}.{found.name}").add for found in iter_modules(__path__)}
