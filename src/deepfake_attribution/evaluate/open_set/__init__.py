"""Attacks never trained on (stage ``open_set``).

`new_attacks` says which classes they are given; `distances` how far a crop is from known videos.
"""
