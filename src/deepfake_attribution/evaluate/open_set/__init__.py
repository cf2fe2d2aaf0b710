"""Attacks never trained on (stage ``open_set``).

`new_attacks` has their predicted classes and scores; `distances` how far a crop is from known
videos.
"""
