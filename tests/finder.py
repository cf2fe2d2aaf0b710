"""The face detector's settings of tests that look for real faces."""

from deepfake_attribution.faces.settings import Detector

FINDER = Detector(
    kind="blazeface", model="full_range", threshold=0.5, tiles=True, nms_iou=0.3, weights="registry"
)
