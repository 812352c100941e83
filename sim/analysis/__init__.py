"""Compare, attribute, replay and fit: plain objects in and out.

Nothing here knows Hydra, MLflow, figures or the files of a run.
"""
