"""How sure figures are: intervals and comparisons from resampled source videos."""
