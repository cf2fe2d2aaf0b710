"""The video datasets beyond the paper's, as trees of empty files, small or in full size.

Names follow the datasets' own repositories, or code that reads them (docs/datasets.md says which).
How many fakes each method of Celeb-DF++ has was not published: only their sum is right here.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deepfake_attribution.catalog.listing import Listing
from deepfake_attribution.catalog.registry import list_videos
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.settings import Dataset

LIST = "List_of_testing_videos.txt"
FAMILIES = {
    "FaceSwap": (
        *("Celeb-DF", "BlendFace", "GHOST", "HifiFace", "InSwapper", "MobileFaceSwap"),
        *("SimSwap", "UniFace"),
    ),
    "FaceReenact": ("DaGAN", "FSRT", "HyperReenact", "LIA", "LivePortrait", "MCNET", "TPSMM"),
    "TalkingFace": (
        *("AniTalker", "EchoMimic", "EDTalk", "FLOAT", "IP_LAP", "Real3DPortrait", "SadTalker"),
    ),
}
SETTINGS: dict[str, dict[str, Any]] = {
    "celeb_df_pp": {
        "adapter": "celeb_df_pp",
        "methods": list(FAMILIES),
        "classes": "method",
        "validation": 0.3,
        "validation_seed": 1,
        "test_real": 5,
        "test_fake": 22,
    },
    "dfdc": {
        "adapter": "dfdc",
        "parts": "all",
        "split_by": "original",
        "val": 0.2,
        "test": 0.0,
        "seed": 1,
        "tested": ["validation", "test"],
    },
    "dfdc_preview": {
        "adapter": "dfdc_preview",
        "methods": ["method_A", "method_B"],
        "validation": 0.3,
        "validation_seed": 1,
    },
    "fakeavceleb": {
        "adapter": "fakeavceleb",
        "attacks": ["faceswap", "fsgan", "wav2lip", "faceswap-wav2lip", "fsgan-wav2lip"],
        "fake_audio": "leave_out",
        "val": 0.2,
        "test": 0.2,
        "seed": 1,
    },
    "deepfake_eval_2024": {
        "adapter": "deepfake_eval_2024",
        "metadata": "video-metadata-publish.csv",
        "tested": "all",
    },
    "dfdm": {
        "adapter": "dfdm",
        "quality": "crf23",
        "models": ["Faceswap", "Lightweight", "IAE", "Dfaker", "DFL-H128"],
        "splits_from": "celeb_df_pp",
        "tested": "celeb_test",
    },
}
FULL: dict[str, dict[str, Any]] = {"celeb_df_pp": {"test_real": 178, "test_fake": 5240}}


@dataclass(frozen=True)
class Tree:
    """Paths of empty files, and lists as text by path."""

    files: list[str]
    lists: dict[str, str]


def datasets(root: Path, full: bool = False, **changed: dict[str, Any]) -> dict[str, Dataset]:
    """Return the datasets, each in ``root/<name>``, with changed settings."""
    found = {}
    for name, own in SETTINGS.items():
        sizes = FULL.get(name, {}) if full else {}
        settings = own | sizes | {"root": str(root / name)} | changed.get(name, {})
        found[name] = Dataset.model_validate(settings)
    return found


def listing(root: Path, name: str, /, full: bool = False, **changed: Any) -> Listing:
    """Return the listing of a tree."""
    return list_videos(name, datasets(root, full, **{name: changed}))


def message(name: str, root: Path, /, **changed: Any) -> str:
    """Return the one line that a tree or a setting is refused with."""
    with pytest.raises(UserError) as stop:
        listing(root, name, **changed)
    text = str(stop.value)
    assert "\n" not in text
    return text


def build(root: Path, *names: str, full: bool = False) -> None:
    """Write the trees called ``names`` to ``root/<name>``, with empty files."""
    for name in names:
        tree = TREES[name](full)
        made: set[str] = set()
        for path in tree.files:
            file = os.fspath(root / name) + "/" + path
            folder = file.rpartition("/")[0]
            if folder not in made:
                os.makedirs(folder, exist_ok=True)  # noqa: PTH103
                made.add(folder)
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o644))
        for path, text in tree.lists.items():
            place = root / name / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8", newline="\n")


def _word(number: int) -> str:
    """Return ten letters; neighbours look unlike."""
    value, letters = (number + 1) * 2_654_435_761 % 26**10, ""
    for _ in range(10):
        value, rest = divmod(value, 26)
        letters += chr(97 + rest)
    return letters


def _swaps(people: int, clips: int, count: int) -> Iterator[tuple[int, int, int]]:
    """Yield ``count`` targets, donors and clips, no two alike."""
    for number in range(count):
        turn, rest = divmod(number, people * clips)
        target, clip = rest % people, rest // people
        yield target, (target + 1 + turn % (people - 1)) % people, clip


def celeb_df_pp(full: bool) -> Tree:
    people, clips, youtube = (59, 10, 300) if full else (8, 2, 6)
    celebrities = [f"id{who}_{clip:04d}" for who in range(people) for clip in range(clips)]
    reals = [f"Celeb-real/{name}.mp4" for name in celebrities]
    tubes = [f"YouTube-real/{number:05d}.mp4" for number in range(youtube)]
    tested = [*reals[:: len(reals) // 108][:108], *tubes[:70]] if full else reals[:3] + tubes[:2]
    files = [*reals, *tubes]
    lines = [f"1 {path}" for path in tested]
    rest = 53_196 - 5639
    for family, methods in FAMILIES.items():
        for method in methods:
            count, listed = 4, 1
            if full and method == "Celeb-DF":
                count, listed = 5639, 340
            elif full:
                at = [one for some in FAMILIES.values() for one in some].index(method)
                count = rest // 21 + (at <= rest % 21)
                listed = 300 if family == "TalkingFace" else 200
            made = []
            for number, (target, donor, clip) in enumerate(_swaps(people, clips, count)):
                name = f"id{target}_id{donor}_{clip:04d}"
                if family == "TalkingFace":
                    name = f"id{target}_{clip:04d}_test_{number:05d}"
                made.append(f"Celeb-synthesis/{family}/{method}/{name}.mp4")
            files += made
            lines += [f"0 {path}" for path in made[:listed]]
    return Tree(files, {LIST: "\n".join(lines) + "\n"})


def dfdc(full: bool) -> Tree:
    parts, reals, fakes = (50, 19_154, 100_000) if full else (3, 9, 24)
    entries: list[dict[str, dict[str, str]]] = [{} for _ in range(parts)]
    originals: list[list[str]] = [[] for _ in range(parts)]
    for number in range(reals):
        name = f"{_word(number)}.mp4"
        entries[number % parts][name] = {"label": "REAL", "split": "train"}
        originals[number % parts].append(name)
    for number in range(fakes):
        part, turn = number % parts, number // parts
        original = originals[part][turn % len(originals[part])]
        name = f"{_word(reals + number)}.mp4"
        entries[part][name] = {"label": "FAKE", "split": "train", "original": original}
    files, lists = [], {}
    for part, own in enumerate(entries):
        place = f"train/dfdc_train_part_{part}"
        files += [f"{place}/{name}" for name in own]
        lists[f"{place}/metadata.json"] = json.dumps(own)
    sizes = (4000, 5000) if full else (4, 6)
    first = reals + fakes
    public = [f"{_word(first + number)}.mp4" for number in range(sizes[0])]
    private = [f"{_word(first + sizes[0] + number)}.mp4" for number in range(sizes[1])]
    rows = "".join(f"{name},{number % 2}\n" for number, name in enumerate(public))
    lists["validation/labels.csv"] = "filename,label\n" + rows
    lists["test/metadata.json"] = json.dumps(
        {name: {"is_fake": at % 2, "augmentations": {}} for at, name in enumerate(private)}
    )
    files += [f"validation/{name}" for name in public] + [f"test/{name}" for name in private]
    return Tree(files, lists)


def dfdc_preview(full: bool) -> Tree:
    entries: dict[str, dict[str, Any]] = {}
    people = [1_000_000 + 31 * number for number in range(66 if full else 6)]
    for place, person in enumerate(people):
        split = "test" if place >= len(people) - 2 else "train"
        donor = people[place - 1]
        about = {"set": split, "augmentations": [], "target_id": person, "swapped_id": None}
        for number in (1, 2):
            name = f"{person}_A_{number:03d}"
            entries[f"original_videos/{person}/{name}.mp4"] = about | {"label": "real"}
            for method in ("method_A", "method_B"):
                path = f"{method}/{person}/{person}_A/{donor}_{name}.mp4"
                entries[path] = about | {"label": "fake", "swapped_id": donor}
    return Tree(list(entries), {"dataset.json": json.dumps(entries)})


def fakeavceleb(full: bool) -> Tree:
    races = ("African", "Caucasian (American)", "Caucasian (European)", "Asian (East)")
    races = (*races, "Asian (South)")
    each = 50 if full else 1
    people = [
        (f"id{100 * at + number:05d}", f"{number:05d}", race, gender)
        for at, (race, gender) in enumerate(
            (race, sex) for race in races for sex in ("men", "women")
        )
        for number in range(each)
    ]
    counts = {
        ("RealVideo-RealAudio", "real"): 500 if full else 10,
        ("RealVideo-FakeAudio", "rtvc"): 500 if full else 10,
        ("FakeVideo-RealAudio", "wav2lip"): 5015 if full else 10,
        ("FakeVideo-RealAudio", "fsgan"): 3964 if full else 10,
        ("FakeVideo-RealAudio", "faceswap"): 730 if full else 10,
        ("FakeVideo-FakeAudio", "wav2lip"): 4587 if full else 10,
        ("FakeVideo-FakeAudio", "fsgan-wav2lip"): 3553 if full else 10,
        ("FakeVideo-FakeAudio", "faceswap-wav2lip"): 2717 if full else 10,
    }
    rows, files = ["source,target1,target2,method,category,type,race,gender,path,"], []
    for (kind, method), count in counts.items():
        for number in range(count):
            turn, at = divmod(number, len(people))
            who, clip, race, gender = people[at]
            donor, voice = people[(at + 1 + turn) % len(people)][0], people[at - 1 - turn][0]
            one, two, name = {
                "real": ("-", "-", clip),
                "rtvc": ("fake.mp4", "-", f"{clip}_fake"),
                "wav2lip": (voice, "-", f"{clip}_{voice}_wavtolip"),
                "fsgan": (donor, "-", f"{clip}_{donor}_q{turn}"),
                "faceswap": (donor, "-", f"{clip}_{donor}_q{turn}_faceswap"),
                "fsgan-wav2lip": (donor, voice, f"{clip}_{donor}_q{turn}_{voice}_wavtolip"),
                "faceswap-wav2lip": (
                    *(donor, "faceswap", f"{clip}_{donor}_q{turn}_faceswap_{voice}_wavtolip"),
                ),
            }[method]
            if method == "faceswap-wav2lip" and number < (22 if full else 2):
                name = f"{clip}_{voice}_wavtolip"  # listed as wav2lip, too
            place = f"{kind}/{race}/{gender}/{who}"
            rows.append(
                f"{who},{one},{two},{method},X,{kind},{race},{gender},{name}.mp4,FakeAVCeleb/{place}"
            )
            files.append(f"{place}/{name}.mp4")
    return Tree(list(dict.fromkeys(files)), {"meta_data.csv": "\n".join(rows) + "\n"})


def deepfake_eval_2024(full: bool) -> Tree:
    counts = {
        ("Fake", "train"): 578 if full else 2,
        ("Fake", "test"): 386 if full else 3,
        ("Real", "train"): 64 if full else 2,
        ("Real", "test"): 48 if full else 2,
        ("Unknown", "train"): 579 if full else 1,
        ("Unknown", "test"): 381 if full else 1,
    }
    rows, files = [], []
    for (truth, part), count in counts.items():
        for _ in range(count):
            name = f"-{_word(len(files))}_X.{'webm' if not files else 'mp4'}"
            files.append(f"video-data/{name}")
            rows.append(f'{name},2024-11-14,{truth},Unknown,"lips are off, see ""x""",{part}')
    head = "Filename,Date,Video Ground Truth,Audio Ground Truth,Public Comments,Finetuning Set"
    return Tree(files, {"video-metadata-publish.csv": "\n".join([head, *rows]) + "\n"})


def dfdm(full: bool) -> Tree:
    people, clips, count = (59, 10, 430) if full else (8, 2, 8)
    tags = {"1faceswap": "", "2lightweight": "", "3iae": "", "4dfaker": "", "5dfl-h128": ""}
    files = [
        f"DFDM_{quality}/id{target}_id{donor}_{clip:04d}_{tag}.mp4"
        for quality in ("crf0", "crf10", "crf23")
        for tag in tags
        for target, donor, clip in _swaps(people, clips, count)
    ]
    return Tree(files, {})


TREES: dict[str, Callable[[bool], Tree]] = {
    "celeb_df_pp": celeb_df_pp,
    "dfdc": dfdc,
    "dfdc_preview": dfdc_preview,
    "fakeavceleb": fakeavceleb,
    "deepfake_eval_2024": deepfake_eval_2024,
    "dfdm": dfdm,
}
