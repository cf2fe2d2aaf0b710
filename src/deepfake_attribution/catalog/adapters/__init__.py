"""Adapters: one file per family of datasets, with ``Settings`` and ``list_videos``."""
