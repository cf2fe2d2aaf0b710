"""Analyses unknown videos with a trained model.

`analyser.Analyser` does it; folders: `bundle` (a trained approach as one folder), `pages` (results
as HTML), `serving` (the same in the browser).
"""
