"""Scores, the threshold, and all results of all heads (stage ``evaluate``).

Others use `protocol.evaluate`, `threshold`, `scoring`, and `evaluation` for the tables on disk.
Folders: `uncertainty` (confidence intervals), `open_set` (attacks never trained on),
`metadata_baseline` (a baseline on metadata, without pixels).
"""
