"""Pass frames through FFmpeg's filters."""

from collections.abc import Callable, Sequence

import av
from av.filter import Graph


def chain(
    like: "av.VideoFrame", filters: Sequence[tuple[str, str]], aspect: str = "1/1"
) -> "Callable[[av.VideoFrame], av.VideoFrame]":
    """Return a function that passes frames through FFmpeg's filters, one by one.

    Args:
        like: a frame with the size, format and colours of all of them.
        filters: name and arguments of each.
        aspect: width of a pixel divided by its height.
    """
    graph = Graph()
    graph.threads = 1  # by itself FFmpeg starts as many threads as there are cores
    size = f"video_size={like.width}x{like.height}:pix_fmt={like.format.name}"
    colours = f"colorspace={like.colorspace}:range={like.color_range}"
    first = graph.add("buffer", f"{size}:{colours}:time_base=1/25:pixel_aspect={aspect}")
    last = first
    for name, arguments in [*filters, ("buffersink", "")]:
        step = graph.add(name, arguments or None)
        last.link_to(step)
        last = step
    graph.configure()

    def through(frame: "av.VideoFrame") -> "av.VideoFrame":
        first.push(frame)
        done = last.pull()
        assert isinstance(done, av.VideoFrame) and graph
        return done

    return through
