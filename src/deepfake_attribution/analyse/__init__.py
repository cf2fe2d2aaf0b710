"""What is this video? Unknown videos, analysed with a trained model.

`analyser.Analyser` analyses; folders: `bundle` (a trained approach as one folder), `pages`
(results as HTML), `serving` (the same in the browser).
"""
