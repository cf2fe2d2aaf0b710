"""Training of the heads (stage ``train``): loss, sampling, loop, checkpoints.

The stage uses `repeated_training.train_all`; `checkpoints` resumes a training that was killed.
"""
