"""The lab: all that knows Hydra, MLflow, files and figures. Below it there are plain objects only."""
