"""Which files the paper's datasets have, in any size: names, layouts, lists; nothing is written."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from deepfake_attribution.rendering.seeding import generator

SEED = "trees"
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
CELEBRITIES = tuple(f"id{number}" for number in range(62) if number not in (14, 15, 18))
FEMALE = (
    *("fadg0", "faks0", "fcft0", "fcmh0", "fcmr0", "fcrh0", "fdac1", "fdms0", "fdrd1", "fedw0"),
    *("felc0", "fgjd0", "fjas0", "fjem0", "fjre0", "fjwb0", "fkms0", "fpkt0", "fram1"),
)
MALE = (
    *("mabw0", "mbdg0", "mbjk0", "mccs0", "mcem0", "mdab0", "mdbb0", "mdld0", "mgwt0", "mjar0"),
    *("mjsw0", "mmdb1", "mmdm2", "mpdf0", "mpgl0", "mrcz0", "mreb0", "mrgg0", "mrjo0", "msjs1"),
    *("mstk0", "mtas1", "mtmr0", "mwbt0"),
)
QUALITIES = ("higher_quality", "lower_quality")
MANIFEST = ("path", "attack", "split", "identity", "donor", "source", "compression")


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


def plan(sizes: Sizes) -> dict[str, Tree]:
    """Return the tree of each root by its name; ``dfd`` lies in the root ``faceforensics``."""
    pairs = pairs_of(sizes)
    forensics = Tree(
        [*_faceforensics(pairs), *_dfd(sizes)],
        {f"splits/{split}.json": json.dumps(pairs[split], indent=2) + "\n" for split in SPLITS},
    )
    return {
        "faceforensics": forensics,
        "hififace": Tree(list(_hififace(pairs)), {}),
        "deeperforensics": Tree(list(_deeperforensics(sizes)), {}),
        "celeb_df": _celeb_df(sizes),
        "deepfake_timit": Tree(list(_timit(sizes)), {}),
        "df_mobio": _mobio(sizes),
    }


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


def _faceforensics(pairs: dict[str, list[list[str]]]) -> Iterator[Video]:
    swaps = _swaps(pairs)
    for target, _ in swaps:
        path = f"original_sequences/youtube/c23/videos/{target}.mp4"
        yield Video(path, "real", _youtube(target))
    for method in METHODS:
        folder = f"manipulated_sequences/{method}/c23/videos"
        for target, source in swaps:
            path = f"{folder}/{target}_{source}.mp4"
            yield Video(path, method, _youtube(target), _youtube(source))


def _hififace(pairs: dict[str, list[list[str]]]) -> Iterator[Video]:
    """HifiFace has no official tree: half lies one folder deep, half two."""
    swaps = _swaps(pairs)
    for place, (target, source) in enumerate(swaps):
        folder = "part1" if 2 * place < len(swaps) else "part2/videos"
        path = f"{folder}/{target}_{source}.mp4"
        yield Video(path, "HifiFace", _youtube(target), _youtube(source))


def _deeperforensics(sizes: Sizes) -> Iterator[Video]:
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


def _dfd(sizes: Sizes) -> Iterator[Video]:
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
    for clip, source in _spread(rng, originals, actors, sizes.actor_fakes):
        mark = "".join(rng.choice(LETTERS, 8))
        name = f"{clip.person}_{source}__{clip.scene}__{mark}.mp4"
        path = f"manipulated_sequences/DeepFakeDetection/c23/videos/{name}"
        yield Video(path, "DeepFakeDetection", clip, first[source])


def _celeb_df(sizes: Sizes) -> Tree:
    rng = generator(SEED, "celeb_df")
    people = CELEBRITIES[: sizes.celebrities]
    originals = [
        Clip("celeb_df", person, f"{number:04d}")
        for person in people
        for number in range(sizes.clips)
    ]
    celebrities = [
        Video(f"Celeb-real/{clip.person}_{clip.scene}.mp4", "real", clip) for clip in originals
    ]
    youtube = [
        Video(f"YouTube-real/{number:05d}.mp4", "real", Clip("celeb_df", f"{number:05d}", ""))
        for number in range(sizes.youtube)
    ]
    fakes = [
        Video(
            f"Celeb-synthesis/{clip.person}_{donor}_{clip.scene}.mp4",
            "Celeb-synthesis",
            clip,
            Clip("celeb_df", donor, "0000"),
        )
        for clip, donor in _spread(rng, originals, people, sizes.celeb_fakes)
    ]
    lines = [
        f"{int(videos is not fakes)} {videos[place].path}\n"
        for videos, count in zip((celebrities, youtube, fakes), sizes.listed, strict=True)
        for place in sorted(rng.choice(len(videos), count, replace=False))
    ]
    return Tree([*celebrities, *youtube, *fakes], {"List_of_testing_videos.txt": "".join(lines)})


def _timit(sizes: Sizes) -> Iterator[Video]:
    spoken = {subject: _sentences(subject)[: sizes.sentences] for subject in sizes.subjects}
    for subject, sentences in spoken.items():
        for sequence in (*sentences, *sizes.heads):
            path = f"VidTIMIT/{subject}/video/{sequence}"
            yield Video(path, "real", Clip("deepfake_timit", subject, sequence))
    count = len(sizes.swapped)
    for quality in QUALITIES:
        for place, target in enumerate(sizes.swapped):
            # Pairs, as in the dataset; of an odd number all pass theirs on.
            donor = sizes.swapped[(place + 1) % count if count % 2 else place ^ 1]
            for sentence in spoken[target]:
                path = f"DeepfakeTIMIT/{quality}/{target}/{sentence}-video-{donor}.avi"
                clip, other = (Clip("deepfake_timit", who, sentence) for who in (target, donor))
                if sentence not in spoken[donor]:
                    other = Clip("deepfake_timit", donor, spoken[donor][0])
                yield Video(path, quality, clip, other)


def _sentences(subject: str) -> list[str]:
    """Return the ten sentences of a subject: two that all speak, and eight of its own."""
    rng = generator(SEED, "sentences", subject)
    own = [f"si{number}" for number in sorted(rng.choice(range(630, 2343), 3, replace=False))]
    own += [f"sx{number}" for number in sorted(rng.choice(range(3, 454), 5, replace=False))]
    return ["sa1", "sa2", *own]


def _mobio(sizes: Sizes) -> Tree:
    rng = generator(SEED, "df_mobio")
    people = [f"{'fm'[number % 2]}{401 + number}" for number in range(sizes.mobio_people)]
    originals = [
        Clip("df_mobio", person, f"{session:02d}")
        for person in people
        for session in range(1, sizes.mobio_clips + 1)
    ]
    real = {
        clip: f"real/{clip.person}/{clip.person}_{clip.scene}_p01_i0_0.mp4" for clip in originals
    }
    videos = [Video(path, "real", clip) for clip, path in real.items()]
    for clip, donor in _spread(rng, originals, people, sizes.mobio_fakes):
        path = f"fake/{clip.person}/{clip.person}-{donor}_{clip.scene}_p01_i0_0.mp4"
        videos.append(Video(path, "mobio_swap", clip, Clip("df_mobio", donor, "01")))
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(MANIFEST)
    for video in videos:
        donor = video.donor.person if video.donor else ""
        about = (video.method, "test", video.clip.person, donor, real[video.clip], "native")
        rows.writerow((video.path, *about))
    return Tree(videos, {"manifest.csv": text.getvalue()})


def _spread(
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
