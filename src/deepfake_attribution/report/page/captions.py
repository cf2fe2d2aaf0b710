"""What the captions of several pictures have in common is shown once, above them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any


def grouped(pictures: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the pictures of a section in groups, with what their captions share.

    Args:
        pictures: ``group``, ``caption`` and ``file`` of each; without a file, the caption is the
            reason and stays whole.

    Returns:
        ``common``: sentences that all captions share. ``groups``: of each group ``name``,
        ``common`` (sentences that its captions share beyond that), and ``pictures``, whose captions
        have the rest. Single pictures keep their captions.
    """
    there = [_sentences(one) for one in pictures if one["file"]]
    common = _shared(there)
    groups = []
    for name, members in groupby(pictures, key=lambda picture: picture["group"]):
        own = list(members)
        texts = [_without(_sentences(one), common) for one in own if one["file"]]
        shared = _shared(texts)
        known = {*common, *shared}
        cut = [
            {**one, "caption": " ".join(_without(_sentences(one), known))} if one["file"] else one
            for one in own
        ]
        groups.append({"name": name, "common": " ".join(shared), "pictures": cut})
    return {"common": " ".join(common), "groups": groups}


def _sentences(picture: Mapping[str, Any]) -> list[str]:
    return re.split(r"(?<=\.) ", picture["caption"])


def _shared(texts: Sequence[Sequence[str]]) -> list[str]:
    """Return the sentences of the first text that all others have; none of a single text."""
    if len(texts) < 2:
        return []
    return [one for one in texts[0] if all(one in text for text in texts[1:])]


def _without(text: Iterable[str], known: Iterable[str]) -> list[str]:
    left_out = set(known)
    return [one for one in text if one not in left_out]
