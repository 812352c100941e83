"""Learners: what is trained. One file for each."""
