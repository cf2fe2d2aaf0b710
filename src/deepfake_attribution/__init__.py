"""Train, compare and use deepfake detectors that also say which kind of fake."""
