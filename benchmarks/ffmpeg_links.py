"""Lend torchcodec the FFmpeg that PyAV brings along: torchcodec's wheel holds none.

    export LD_LIBRARY_PATH=$(python benchmarks/ffmpeg_links.py)

prints a folder of links with FFmpeg's own names (``libavcodec.so.62``) onto PyAV's files
(``libavcodec-5e6b81c2.so.62.28.102``). The system reads the variable when a process starts, so a
benchmark cannot set it for itself. All decode with one FFmpeg then: what differs is how it is used.
The folder is empty where PyAV uses the system's FFmpeg, which torchcodec finds by itself.
"""

import re
import shutil
from importlib.util import find_spec
from pathlib import Path

LINKS = Path(__file__).with_name(".files") / "ffmpeg"


def main() -> None:
    """Make the links and print their folder."""
    av = find_spec("av")
    if av is None or av.origin is None:
        raise SystemExit("PyAV is not installed: make bench installs all that benchmarks need")
    libraries = sorted(Path(av.origin).parents[1].joinpath("av.libs").glob("*.so*"))
    shutil.rmtree(LINKS, ignore_errors=True)  # of another PyAV
    LINKS.mkdir(parents=True)
    for library in libraries:
        for name in {library.name, _plain(library.name)}:  # they look for each other here, too
            (LINKS / name).symlink_to(library)
    print(LINKS)


def _plain(name: str) -> str:
    """Return ``libavutil.so.60`` for ``libavutil-5809ad29.so.60.26.102``; other names stay."""
    return re.sub(r"^(lib(?:av|sw)[a-z]+)-[0-9a-f]+(\.so\.\d+).*", r"\1\2", name)


if __name__ == "__main__":
    main()
