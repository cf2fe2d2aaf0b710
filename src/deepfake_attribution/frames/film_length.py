"""How long a film lasts, by the packets that it really has.

The duration in a file's header is not used: it is that of the longest track, sound for example, and
the difference between the first and the last time, which may have a jump between them.
"""

import av

from deepfake_attribution.frames.decoding import TooLongError

JUMP = 10.0  # seconds: a frame that would be shown for longer is a jump of the clock
USUAL_RATE = 25  # frames per second of a track that does not say


class FilmLength:
    """Adds up the packets of one track.

    Args:
        stream: the track.
        minutes: how long it may last.
    """

    def __init__(self, stream: "av.VideoStream", minutes: float) -> None:
        self._usual = 1 / float(stream.average_rate or stream.base_rate or USUAL_RATE)
        self._minutes = minutes
        self._left = 60 * minutes

    def add(self, packet: "av.Packet") -> None:
        """Count one more packet.

        Raises:
            TooLongError: the film is longer than it may be.
        """
        if packet.is_discard:
            return
        seconds = float((packet.duration or 0) * (packet.time_base or 0))
        self._left -= seconds if 0 < seconds <= JUMP else min(self._usual, JUMP)
        if self._left < 0:
            raise TooLongError(
                f"it lasts longer than the limit of {self._minutes:g} minutes; cut out a part, or "
                "raise the limit"
            )
