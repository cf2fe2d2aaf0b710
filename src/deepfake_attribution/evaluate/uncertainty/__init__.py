"""Confidence intervals and differences of approaches (stage ``uncertainty``).

Source videos are resampled. Others use `assessment` and the tables in `files`.
"""
