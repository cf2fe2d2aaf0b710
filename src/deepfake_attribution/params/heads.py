"""The four heads, and which section of params.yaml holds the settings of each one's loss."""

from typing import ClassVar, Literal

from deepfake_attribution.params.load import Section, Strict


class _CrossEntropyHead(Strict):
    loss: Literal["cross_entropy"]


class _TripletHead(Strict):
    loss: Literal["triplet"]


class _ArcFaceHead(Strict):
    loss: Literal["loss"]


class Heads(Section):
    """``heads``: DVC makes one ``train`` stage of each, which depends on its loss's section."""

    section: ClassVar[str] = "heads"
    binary: _CrossEntropyHead
    attribution: _CrossEntropyHead
    triplet: _TripletHead
    arcface: _ArcFaceHead
