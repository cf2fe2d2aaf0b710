"""Plan which videos a rendered database holds, before anything is drawn."""

from dataclasses import dataclass

import numpy as np

from deepfake_attribution.render.seeding import generator
from deepfake_attribution.render.settings import RenderedDatabase

SPLITS = ("train", "val", "test")


@dataclass(frozen=True)
class Video:
    """One row of the manifest, and the number that seeds the video's camera.

    Attributes:
        number: place in the database, counted over all videos.
        path: relative to the database's folder.
        attack: name of the attack, or ``real``.
        split: ``train``, ``val`` or ``test``.
        identity: who is seen.
        donor: whose face was put there, or empty.
        source: path of the real video; a real video's own path.
        strength: of the attack, 0 to 1; empty for a real video.
    """

    number: int
    path: str
    attack: str
    split: str
    identity: str
    donor: str
    source: str
    strength: float | None


@dataclass(frozen=True)
class Clip:
    """A clip of a person: drawn once, then filmed as it is and attacked.

    Attributes:
        person: number of the person in the database.
        clip: number of the clip among the person's.
        donor: number of the person whose face the swaps take; the person's own if alone.
        ring: people who are each other's donors share it; their clips are drawn together.
        videos: the real one first.
    """

    person: int
    clip: int
    donor: int
    ring: int
    videos: tuple[Video, ...]


def plan(name: str, settings: RenderedDatabase, swaps: set[str], seed: int) -> list[Clip]:
    """Return every clip of the database ``name``, in the order of its manifest.

    Args:
        name: of the database; it begins every person's name.
        settings: of the database.
        swaps: the attacks that take a donor.
        seed: the global seed; it chooses the donors.
    """
    clips: list[Clip] = []
    first, number = 0, 0
    for split in SPLITS:
        count = getattr(settings.identities, split)
        donors = _donors(generator(seed, name, "donors", split), first, count)
        strengths = {
            attack: _strengths(
                generator(seed, name, "strength", split, attack),
                settings.strength,
                count * settings.clips,
            )
            for attack in settings.attacks
        }
        for person in range(first, first + count):
            donor, ring = donors[person]
            for index in range(settings.clips):
                place = (person - first) * settings.clips + index
                own = {attack: drawn[place] for attack, drawn in strengths.items()}
                videos = _videos(name, own, swaps, split, (person, index, donor), number)
                clips.append(Clip(person, index, donor, ring, videos))
                number += len(videos)
        first += count
    return clips


def identity(name: str, person: int) -> str:
    """Return the name of a person of the database ``name``."""
    return f"{name}-{person:04d}"


def _donors(rng: np.random.Generator, first: int, count: int) -> dict[int, tuple[int, int]]:
    """Return donor and ring of each of a split's people.

    People swap faces in pairs, as in FaceForensics++, so that every clip is drawn once and serves
    as target and as donor; if their number is odd, three people swap in a ring.
    """
    people = [int(person) for person in first + rng.permutation(count)]
    starts = list(range(0, max(count - 1, 1), 2))
    rings = [people[a:b] for a, b in zip(starts, [*starts[1:], count], strict=True)]
    return {
        person: (ring[(place + 1) % len(ring)], min(ring))
        for ring in rings
        for place, person in enumerate(ring)
    }


def _strengths(rng: np.random.Generator, limits: list[float], count: int) -> tuple[float, ...]:
    """Return a strength for each of ``count`` fakes of one attack, in random order.

    One lies in each of ``count`` equal parts of the range, so that no split has the weak ones by
    chance.
    """
    places = (rng.permutation(count) + rng.uniform(size=count)) / max(count, 1)
    low, high = limits
    return tuple(round(low + (high - low) * float(place), 3) for place in places)


def _videos(
    name: str,
    strengths: dict[str, float],
    swaps: set[str],
    split: str,
    who: tuple[int, int, int],
    number: int,
) -> tuple[Video, ...]:
    person, index, donor = who
    target = identity(name, person)
    source = f"{split}/real/{target}-{index:02d}.mp4"
    videos = [Video(number, source, "real", split, target, "", source, None)]
    for place, (attack, strength) in enumerate(strengths.items(), start=1):
        face = identity(name, donor) if attack in swaps else ""
        with_face = f"_{face}" if face else ""
        path = f"{split}/{attack}/{target}-{index:02d}{with_face}.mp4"
        fake = Video(number + place, path, attack, split, target, face, source, strength)
        videos.append(fake)
    return tuple(videos)
