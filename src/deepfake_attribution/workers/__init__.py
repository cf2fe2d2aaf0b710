"""Work in blocks of videos, over processes and machines; a crash costs one block at most.

The steps frames and faces use `blocks.process` with a `Kind`; analyse uses `team.Team`.
"""
