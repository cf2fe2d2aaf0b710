"""Names of uploads: shown, and never used as paths."""

import re
from pathlib import Path
from urllib.parse import quote

from deepfake_attribution.analyse.names import shown

LONGEST = 200  # signs, those of the suffix among them
SUFFIX = 8
UNNAMED = "video"


def upload_name(name: str) -> str:
    """Return the last part of ``name`` as it can be shown, not too long."""
    name = shown(re.split(r"[/\\]", name.strip())[-1])
    if len(name) > LONGEST:
        end = Path(name).suffix[-SUFFIX:]
        name = name[: LONGEST - len(end)] + end
    return name.strip() or UNNAMED


def attachment(name: str, suffix: str) -> str:
    """Return the ``Content-Disposition`` that saves a download as ``name`` + ``suffix``."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    whole = quote(re.sub(r"[/\\]", "_", name) + suffix, safe="")
    return f"attachment; filename=\"{plain}{suffix}\"; filename*=UTF-8''{whole}"
