"""All that knows Hydra, MLflow, files and figures, in rooms."""
