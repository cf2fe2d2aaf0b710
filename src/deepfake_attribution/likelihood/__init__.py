"""Likelihood ratios of videos, calibrated on validation scores (stage ``likelihood``).

LR = p(score | real) / p(score | fake): above 1 it speaks for real. Others use `calibration` (apply
one), `verbal` (its words), `measures`, and `files` for the tables on disk.
"""
