"""FaceForensics++ and what is built on its originals: which files there are, in any size."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from deepfake_attribution.render.seeding import generator
from tree_parts import SEED, Clip, Sizes, Video, spread

SPLITS = ("train", "val", "test")
METHODS = ("Deepfakes", "Face2Face", "FaceSwap", "NeuralTextures", "FaceShifter")
PAPER_FOLDERS = ("end_to_end", "reenact_postprocess")
FURTHER_FOLDERS = (
    *(f"end_to_end_level_{level}" for level in range(1, 6)),
    "end_to_end_random_level",
    *(f"end_to_end_mix_{count}_distortions" for count in range(2, 5)),
)
SCENES = (
    *("exit_phone_room", "hugging_happy", "kitchen_pan", "kitchen_still", "meeting_serious"),
    *("outside_talking_pan_laughing", "outside_talking_still_laughing", "podium_speech_happy"),
    *("secret_conversation", "talking_against_wall", "talking_angry_couch"),
    *("walk_down_hall_angry", "walking_and_outside_surprised"),
    *("walking_down_indoor_hall_disgust", "walking_down_street_outside_angry"),
    "walking_outside_cafe_disgusted",
)
LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


def pairs_of(sizes: Sizes) -> dict[str, list[list[str]]]:
    """Return FaceForensics++'s pairs of each split."""
    count = 2 * sum(sizes.pairs)
    names = [f"{number:03d}" for number in generator(SEED, "pairs").permutation(count)]
    pairs = [names[at : at + 2] for at in range(0, count, 2)]
    ends = np.cumsum([0, *sizes.pairs])
    return {
        split: pairs[start:end] for split, (start, end) in zip(SPLITS, pairwise(ends), strict=True)
    }


def _swaps(pairs: dict[str, list[list[str]]]) -> list[tuple[str, str]]:
    """Return target and source of every fake of one method, in the order of their names."""
    both = [pair for split in SPLITS for pair in pairs[split]]
    return sorted((a, b) for pair in both for a, b in (pair, pair[::-1]))


def _youtube(number: str) -> Clip:
    return Clip("faceforensics", number, "")


def faceforensics(pairs: dict[str, list[list[str]]]) -> Iterator[Video]:
    """Originals, and five methods' fakes in both orders of every pair."""
    swaps = _swaps(pairs)
    for target, _ in swaps:
        path = f"original_sequences/youtube/c23/videos/{target}.mp4"
        yield Video(path, "real", _youtube(target))
    for method in METHODS:
        folder = f"manipulated_sequences/{method}/c23/videos"
        for target, source in swaps:
            path = f"{folder}/{target}_{source}.mp4"
            yield Video(path, method, _youtube(target), _youtube(source))


def hififace(pairs: dict[str, list[list[str]]]) -> Iterator[Video]:
    """HifiFace has no official tree: half lies one folder deep, half two."""
    swaps = _swaps(pairs)
    for place, (target, source) in enumerate(swaps):
        folder = "part1" if 2 * place < len(swaps) else "part2/videos"
        path = f"{folder}/{target}_{source}.mp4"
        yield Video(path, "HifiFace", _youtube(target), _youtube(source))


def deeperforensics(sizes: Sizes) -> Iterator[Video]:
    """Every original in every folder, with one actor's face in all of them."""
    count = sizes.deeper_actors
    men = (count + 1) // 2
    actors = [f"M{101 + n}" for n in range(men)] + [f"W{101 + n}" for n in range(count - men)]
    # One actor for a target in all folders: the levels are end_to_end with distortions.
    chosen = generator(SEED, "deeperforensics").integers(count, size=2 * sum(sizes.pairs))
    for folder in sizes.folders:
        for number, place in enumerate(chosen):
            target, actor = f"{number:03d}", actors[place]
            path = f"manipulated_videos/{folder}/{target}_{actor}.mp4"
            yield Video(path, folder, _youtube(target), Clip("deeperforensics", actor, ""))


def dfd(sizes: Sizes) -> Iterator[Video]:
    """Actors in scenes, and fakes with other actors' faces."""
    rng = generator(SEED, "dfd")
    each = -(-sizes.actor_videos // sizes.actors)
    actors = [f"{number:02d}" for number in range(1, sizes.actors + 1)]
    originals = [
        Clip("dfd", actor, SCENES[scene])
        for actor in actors
        for scene in sorted(rng.choice(len(SCENES), each, replace=False))
    ][: sizes.actor_videos]
    first = {clip.person: clip for clip in reversed(originals)}
    for clip in originals:
        path = f"original_sequences/actors/c23/videos/{clip.person}__{clip.scene}.mp4"
        yield Video(path, "real", clip)
    for clip, source in spread(rng, originals, actors, sizes.actor_fakes):
        mark = "".join(rng.choice(LETTERS, 8))
        name = f"{clip.person}_{source}__{clip.scene}__{mark}.mp4"
        path = f"manipulated_sequences/DeepFakeDetection/c23/videos/{name}"
        yield Video(path, "DeepFakeDetection", clip, first[source])
