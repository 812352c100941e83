"""Thousands of tests live until the end: Python's garbage collector need not look at them again and again."""

import gc

gc.disable()


def pytest_collection_finish() -> None:
    """Leave alone whatever is there before the first test."""
    gc.freeze()
    gc.enable()
