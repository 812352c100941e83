"""Off-policy evaluation: the value of a policy from another's log."""
