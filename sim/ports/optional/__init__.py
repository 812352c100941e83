"""Optional members of the parts of agents.

No part needs any of it.
"""
