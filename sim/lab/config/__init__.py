"""From a composed configuration to a checked job."""
