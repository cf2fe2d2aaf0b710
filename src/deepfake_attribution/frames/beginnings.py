"""The first look at a file, the same at every door: is it surely no video?

What is not surely something else goes to FFmpeg, which knows more beginnings than any list: a
recording may begin in the middle of a packet. Playlists and other text must not reach it, because
they make it open further files.
"""

import codecs

HEAD = 512  # bytes of the beginning that are looked at
OTHERS = (b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"%PDF-", b"ID3", b"\x7fELF", b"fLaC")
UNCOMPRESSED = b"YUV4MPEG2 "  # the one kind of video whose beginning is text


def why_no_video(head: bytes) -> str:
    """Return why a file that begins with ``head`` is no video; empty if it may be one.

    Args:
        head: its first `HEAD` bytes, or all.
    """
    if not head:
        return "the file is empty"
    if head.startswith(OTHERS) or (head[:4] == b"RIFF" and head[8:12] in (b"WAVE", b"WEBP")):
        return "a picture, sound, archive or document, not a video"
    if _is_text(head) and not head.startswith(UNCOMPRESSED):
        return "text, not a video"
    return ""


def _is_text(head: bytes) -> bool:
    """Return whether all of ``head`` is text: a packet of a recording may begin with some."""
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head)  # it may end in a letter
    except UnicodeDecodeError:
        return False
    return all(letter.isprintable() or letter in "\t\r\n\f\ufeff" for letter in text)
