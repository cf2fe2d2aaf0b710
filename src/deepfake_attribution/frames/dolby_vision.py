"""Recognise Dolby Vision without an ordinary picture below it (profile 5, and 10.0 of AV1).

Its pixels are IPT-PQ colours: read as YCbCr they are green and purple, and FFmpeg cannot convert
them without a graphics card. Other profiles hold a picture for ordinary players, which is read.
"""

import re
from threading import Lock
from typing import Any

import av
import av.logging

CODECS = {"hevc", "av1"}
RECORD = re.compile(
    r"^\s+DOVI configuration record: .*profile: (\d+),.*compatibility id: (\d+)", re.MULTILINE
)
LOCK = Lock()  # the log level is the whole process's


def why_not(container: "av.container.InputContainer", stream: "av.VideoStream") -> str:
    """Return why the colours of a track cannot be read; empty if they can.

    PyAV has no access to the configuration record (``dvcC``, ``dvvC``) of a track. FFmpeg's own
    description of the file has it, whatever the container.
    """
    context = stream.codec_context
    if context is None or context.name not in CODECS:
        return ""
    for profile, compatible in RECORD.findall(_described(container, stream.index)):
        if profile == "5" or (profile, compatible) == ("10", "0"):
            return (
                f"Dolby Vision profile {profile}, whose colours are not those of ordinary video: "
                "convert it to SDR or HDR10 first"
            )
    return ""


def _described(container: "av.container.InputContainer", index: int) -> str:
    """Return what FFmpeg prints about one track of a file."""
    file: Any = container  # PyAV's type hints lack this method
    with LOCK:
        before = av.logging.get_level()
        av.logging.set_level(av.logging.INFO)
        try:
            whole = file.dumps_format()
        finally:
            av.logging.set_level(before)
    tracks = re.split(r"^  Stream #0:(?=\d)", whole, flags=re.MULTILINE)[1:]
    return next((one for one in tracks if re.match(rf"{index}\b", one)), "")
