"""Convert HDR and wide-gamut colours to those of ordinary video: SDR, BT.709.

FFmpeg's ``scale`` filter does it: it maps white of 203 cd/m2 (ITU-R BT.2408) to white, and keeps
what is darker, such as faces. Its table takes a few seconds per video.
"""

import av

UNSPECIFIED = 2  # in all three lists of H.273
HDR = {16: ("smpte2084", "HDR (PQ)"), 18: ("arib-std-b67", "HDR (HLG)")}  # transfer
WIDE = {9: ("bt2020", "BT.2020"), 11: ("smpte431", "DCI-P3"), 12: ("smpte432", "Display P3")}
BT2020 = 9  # primaries and matrix
MATRICES_2020 = (9, 10)


def kind(frame: "av.VideoFrame") -> str:
    """Return the name of a frame's colours if they are HDR or have a wide gamut, else nothing."""
    names = [HDR[frame.color_trc][1]] if frame.color_trc in HDR else []
    primaries = _primaries(frame)
    return ", ".join([*names, WIDE[primaries][1]] if primaries in WIDE else names)


def options(frame: "av.VideoFrame") -> str:
    """Return the options of the filter ``scale`` that convert a frame with such colours.

    What the file does not specify is what goes with the rest: BT.2020 with HDR.
    """
    primaries, transfer = _primaries(frame), frame.color_trc
    chosen = ["out_primaries=bt709:out_transfer=bt709:intent=relative_colorimetric"]
    if primaries in WIDE:
        chosen.append(f"in_primaries={WIDE[primaries][0]}")
    if transfer in HDR:
        chosen.append(f"in_transfer={HDR[transfer][0]}")
    elif transfer == UNSPECIFIED:
        chosen.append("in_transfer=bt709")
    if frame.colorspace == UNSPECIFIED and primaries == BT2020:
        chosen.append("in_color_matrix=bt2020")
    return ":".join(chosen)


def _primaries(frame: "av.VideoFrame") -> int:
    if frame.color_primaries != UNSPECIFIED:
        return int(frame.color_primaries)
    wide = frame.color_trc in HDR or frame.colorspace in MATRICES_2020
    return BT2020 if wide else UNSPECIFIED
