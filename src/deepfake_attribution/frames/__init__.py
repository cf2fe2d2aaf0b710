"""Which frames are decoded, and how (stage ``extract``).

Others use `extraction.extract`, and `video.take` for the frames of one file.
"""
