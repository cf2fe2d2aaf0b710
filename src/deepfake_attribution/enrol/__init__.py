"""A new attack joins a bundle's known ones without training (``deepfake-attribution enrol``).

`reading` turns clips into crops, `samples` holds crops with what they show, `judges` says what a
bundle would call them, `assessment` sets the limits again on held-out scores, `curve` and `figures`
measure before and after, `enrolling` puts it together, `versions` writes a bundle and undoes.
"""
