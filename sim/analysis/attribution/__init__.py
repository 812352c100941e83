"""Attribute regret to delays, by twins and Shapley values."""
