"""What the page asks about the model and the server."""

from typing import Any

from fastapi import APIRouter

from deepfake_attribution.analyse import words
from deepfake_attribution.analyse.bundle.record import Record
from deepfake_attribution.analyse.serving import places
from deepfake_attribution.analyse.serving.limits import MB
from deepfake_attribution.analyse.serving.parts import Parts
from deepfake_attribution.catalog.files import SUFFIXES


def router(parts: Parts) -> APIRouter:
    """Return the addresses about the model, its map, and the queue."""
    routes = APIRouter()

    @routes.get("/about")
    def about() -> dict[str, Any]:
        bundle = parts.judge.bundle
        return {
            "approach": bundle.record.approach,
            "classes": bundle.record.classes,
            "threshold": bundle.record.threshold.value,
            "score_kind": bundle.record.score_kind,
            "rests_on": _rests_on(bundle.record),
            "proof": words.PROOF,
            "unknown": words.UNKNOWN_MAY_PASS,
            "statuses": words.STATUSES,
            "suffixes": sorted(SUFFIXES),
            "most_bytes": parts.limits.upload,
            "most_mb": parts.limits.upload / MB,
            "keep_minutes": parts.limits.keep / 60,
            "folder": parts.shelf is not None,
        }

    @routes.get("/map")
    def known() -> dict[str, Any]:
        return places.points(parts.judge.bundle)

    @routes.get("/queue")
    def queue() -> dict[str, int]:
        return {"free": max(0, parts.jobs.free())}

    return routes


def _rests_on(record: Record) -> list[str]:
    own = [words.OWN_SCALE] if record.score_kind == "probability" else []
    return [*words.rests_on(record), *own, words.INTERVAL]
