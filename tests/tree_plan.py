"""Which files the paper's datasets have, in any size: names, layouts, lists; nothing is written."""

import csv
import io
import json
from collections.abc import Iterator

from deepfake_attribution.render.seeding import generator
from tree_forensics import SPLITS, deeperforensics, dfd, faceforensics, hififace, pairs_of
from tree_parts import SEED, Clip, Sizes, Tree, Video, spread

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


def plan(sizes: Sizes) -> dict[str, Tree]:
    """Return the tree of each root by its name; ``dfd`` lies in the root ``faceforensics``."""
    pairs = pairs_of(sizes)
    forensics = Tree(
        [*faceforensics(pairs), *dfd(sizes)],
        {f"splits/{split}.json": json.dumps(pairs[split], indent=2) + "\n" for split in SPLITS},
    )
    return {
        "faceforensics": forensics,
        "hififace": Tree(list(hififace(pairs)), {}),
        "deeperforensics": Tree(list(deeperforensics(sizes)), {}),
        "celeb_df": _celeb_df(sizes),
        "deepfake_timit": Tree(list(_timit(sizes)), {}),
        "df_mobio": _mobio(sizes),
    }


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
        for clip, donor in spread(rng, originals, people, sizes.celeb_fakes)
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
    for clip, donor in spread(rng, originals, people, sizes.mobio_fakes):
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
