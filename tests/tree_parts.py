"""What the plan of a tree consists of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

SEED = "trees"


@dataclass(frozen=True)
class Sizes:
    """How much of each dataset there is.

    Attributes:
        pairs: FaceForensics++ pairs per split; two originals each.
        folders: DeeperForensics' types.
        deeper_actors: people whose faces DeeperForensics uses.
        actors, actor_videos, actor_fakes: of DFD.
        celebrities, clips, youtube, celeb_fakes: of Celeb-DF; ``clips`` per celebrity.
        listed: Celeb-real, YouTube-real and Celeb-synthesis in Celeb-DF's test list.
        subjects, swapped: of VidTIMIT, and those of them in DeepfakeTIMIT.
        sentences: per subject.
        heads: the sequences of turning heads.
        mobio_people, mobio_clips, mobio_fakes: of DF-Mobio; clips per person.
    """

    pairs: tuple[int, int, int]
    folders: tuple[str, ...]
    deeper_actors: int
    actors: int
    actor_videos: int
    actor_fakes: int
    celebrities: int
    clips: int
    youtube: int
    celeb_fakes: int
    listed: tuple[int, int, int]
    subjects: tuple[str, ...]
    swapped: tuple[str, ...]
    sentences: int
    heads: tuple[str, ...]
    mobio_people: int
    mobio_clips: int
    mobio_fakes: int


@dataclass(frozen=True)
class Clip:
    """One recording of one person; people of two datasets never are the same."""

    dataset: str
    person: str
    scene: str


@dataclass(frozen=True)
class Video:
    """One video: a file, or a folder of images where the path has no suffix.

    Attributes:
        path: relative to the dataset's root.
        method: name of the attack in the layout, or ``real``.
        clip: what is seen: the original of a fake.
        donor: a recording of the person whose face was put there; None of a real video.
    """

    path: str
    method: str
    clip: Clip
    donor: Clip | None = None


@dataclass(frozen=True)
class Tree:
    """The content of one root: its videos, and its lists as text by path."""

    videos: list[Video]
    lists: dict[str, str]


def spread(
    rng: np.random.Generator, originals: Sequence[Clip], people: Iterable[str], count: int
) -> list[tuple[Clip, str]]:
    """Return ``count`` originals with a donor, no two alike, every original about as often.

    What is left after the last whole turn goes to originals evenly apart, so to all people.
    """
    donors = {
        clip: rng.permutation([person for person in people if person != clip.person])
        for clip in originals
    }
    turns, rest = divmod(count, len(originals))
    swaps = [(clip, str(donors[clip][turn])) for turn in range(turns) for clip in originals]
    for place in range(rest):
        clip = originals[place * len(originals) // rest]
        swaps.append((clip, str(donors[clip][turns])))
    return sorted(swaps, key=lambda swap: (swap[0].person, swap[0].scene, swap[1]))
