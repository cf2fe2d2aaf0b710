"""The document of a video: two pages, whatever happened to the video; JSON by the schema."""

import json
import re
import zlib
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

import fake_analysis as fake
import small_bundle
from browser import opened
from deepfake_attribution.analyse import stills, words
from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.examination import gathering, schema, writing
from deepfake_attribution.analyse.examination.facts import Container, Packets, Source, Track
from deepfake_attribution.analyse.examination.sheet import middle, more, sheet
from deepfake_attribution.analyse.results import NOT_KNOWN, Evidence, VideoResult
from deepfake_attribution.core import images
from deepfake_attribution.evidence_maps.face_map import FaceMap

HASH = "ab" * 32
EVIL = "in/<script>alert(1)</script> \"&' {{ 7 * 7 }}.mp4"
PICTURE = images.encode(np.full((90, 160, 3), 90, np.uint8), "jpeg", 80)
REGIONS = {"nose": {"area": 0.03, "fake": 0.5, "real": 0.1}}
MAP = FaceMap(tuple((-0.5,) * 8 + (0.25,) * 8 for _ in range(16)), REGIONS, "The nose speaks.")
RATIO = Evidence(-1.25, -1.25, 1.5, True, "moderate support for fake rather than real")
SOURCE = Source(
    kind="video",
    bytes=1234567,
    sha256=HASH,
    files=1,
    container=Container(
        format="mov,mp4",
        format_name="QuickTime / MOV",
        duration_s=4.0,
        start_s=0.0,
        bit_rate=800_000,
        tags={"encoder": "Lavf61.1"},
        tracks=[Track(number=0, kind="video", codec="h264", width=160, height=90, rate=25.0)],
        film=0,
        packets=Packets(count=100, all=True, key=4, left_out=3, shortest_s=0.04, longest_s=0.5),
    ),
)


def result(path: str = "in/a.mp4", *scores: float, **changes: Any) -> VideoResult:
    """Return the result of a video with pictures of its frames, a map and a likelihood ratio."""
    made = fake.result(path, *(scores or (0.25,)))
    frames = [
        replace(frame, picture=PICTURE, size=(320, 180), box=(20.0, 20.0, 90.0, 90.0))
        for frame in made.frames
    ]
    frames[0] = replace(frames[0], map=MAP)
    people = tuple(replace(person, evidence=RATIO) for person in made.people)
    first = next(one for one in people if one.person == made.video.person)
    values: dict[str, Any] = {"frames": tuple(frames), "people": people, "video": first}
    return replace(made, **values | {"source": SOURCE, "attack_by": "Attribution"} | changes)


def files(made: VideoResult, bundle: Bundle | None = None, pictures: bool = True) -> dict[str, Any]:
    return dict(writing.documents(made, bundle or fake.bundle(), "a", pictures))


def texts(content: bytes) -> list[str]:
    """Return the text of each page of a PDF by fpdf2, whose fonts name their characters."""
    streams = [
        zlib.decompress(found) if found[:1] == b"\x78" else found
        for found in re.findall(rb"stream\n(.*?)\nendstream", content, re.DOTALL)
    ]
    tables = [
        {
            int(glyph, 16): chr(int(sign, 16))
            for glyph, sign in re.findall(rb"<(\w{4})> <(\w{4})>\n", one)
        }
        for one in streams
        if b"beginbfchar" in one
    ]
    pages = []
    for one in streams:
        if b"BT " not in one:
            continue
        text, font = "", 0
        pattern = rb"/F(\d) [\d.]+ Tf|\(((?:[^\\)]|\\.)*)\) Tj"
        for number, shown in re.findall(pattern, one, re.DOTALL):
            if number:
                font = int(number)
                continue
            raw = re.sub(rb"\\(.)", _unescaped, shown, flags=re.DOTALL)
            glyphs = [raw[at] << 8 | raw[at + 1] for at in range(0, len(raw), 2)]
            text += "".join(tables[font - 1].get(glyph, "?") for glyph in glyphs) + " "
        pages.append(text)
    return pages


def _unescaped(found: "re.Match[bytes]") -> bytes:
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t"}.get(found[1], found[1])


def validate(content: bytes) -> dict[str, Any]:
    """Return the JSON of a document, which the published schema describes."""
    plain = json.loads(content)
    published = json.loads((Path(__file__).parents[3] / schema.PATH).read_text())
    Draft202012Validator(published).validate(plain)
    return plain


def test_published_schema_is_that_of_the_model() -> None:
    published = (Path(__file__).parents[3] / schema.PATH).read_text(encoding="utf-8")
    module = "deepfake_attribution.analyse.examination.schema"
    assert published == schema.text(), f"write it again: python -m {module}"
    Draft202012Validator.check_schema(json.loads(published))


def test_document_holds_the_file_the_verdict_and_what_it_rests_on() -> None:
    made = files(result())
    plain = validate(made[".json"])
    assert plain["verdict"] == "fake" and plain["source"]["sha256"] == HASH
    assert plain["people"][0]["likelihood_ratio"]["ratio"] == pytest.approx(10**-1.25)
    assert (
        plain["limits"][0]
        == "The result is a hint for people who investigate further, never a proof."
    )
    first, second = texts(made[".pdf"])
    for text in (
        "FAKE",
        HASH,
        "1,234,567 bytes",
        "0.250",
        "-1.25 or less",
        "swap",
        "hides 3 of the",
        "The nose speaks.",  # the map: there is room for it
    ):
        assert text in first and text in made[".html"].decode()
    assert "The nose speaks." not in second
    for text in ("Attribution", "hint for people", HASH, "page 2 of 2"):
        assert text in second and text in made[".html"].decode()


def test_banner_is_next_to_the_verdict_and_first_in_json() -> None:
    drawn = fake.bundle(classes=["real", "sim_mouth", "sim_blend"])
    made = files(result(), drawn)
    banner = [text for text, _ in words.banner(drawn.record)]
    assert len(banner) == 3 and "simulated" in banner[2]
    pages = (texts(made[".pdf"])[0], re.sub(r"<[^>]+>", "", made[".html"].decode()))
    for page in pages:
        begin, end = page.index("FAKE"), page.index("What was examined")
        beside = " ".join(page[begin:end].split())
        assert all(text in beside for text in banner)
    limits = validate(made[".json"])["limits"]
    assert [one[: len(text)] for one, text in zip(limits, banner, strict=False)] == banner
    assert sum("simulated" in one for one in limits) == 1
    assert "simulated" not in texts(files(result())[".pdf"])[0]  # other models have none


def test_same_result_has_the_same_bytes() -> None:
    made = files(result())
    assert made == files(replace(result(), seconds=99.0))
    assert {*re.findall(rb"D:(\d{8})", made[".pdf"])} == {b"19800101"}  # no clock


# pixels between the lowest part of each page and its foot
ROOM = """() => [...document.querySelectorAll(".sheet")].map(sheet => {
  const parts = [...sheet.querySelectorAll("*")].filter(one => !one.closest("footer, .sign"));
  const low = Math.max(...parts.map(one => one.getBoundingClientRect().bottom));
  return sheet.querySelector("footer").getBoundingClientRect().top - low;
})"""
ODD = {
    "several people": result("a.mp4", 0.25, 0.75, 0.875),
    "many people": result("a.mp4", *(0.1 + 0.05 * number for number in range(12))),
    "no ratio": replace(result(), video=replace(fake.said(0.25), no_evidence="none was made")),
    "no map": replace(result(), frames=fake.result("a", 0.25).frames),
    "nobody": replace(fake.result("a.mp4", reason="no face"), source=SOURCE),
    "not read": fake.result("gone.mp4", reason="FFmpeg: x", status="unreadable"),
    "a still image": replace(result("a.jpg"), notes=(stills.NOTE,)),
    "long name": result("x" * 250 + ".mp4"),
    "markup": result(EVIL),
    "many scripts": result("in/Ωμέγα Привет 中文 العربية עברית ไทย \U0001f600 \u202e\x1b.mp4"),
    "not UTF-8": result("in/\udcff\udcfe.mp4"),
    "many notes": result(notes=tuple(f"note {number} " + "long " * 40 for number in range(20))),
    "long reason": replace(
        result(), video=replace(fake.said(0.25), verdict=NOT_KNOWN, reason="z" * 3000)
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_every_video_has_two_pages(name: str) -> None:
    made = files(ODD[name])
    validate(made[".json"])
    assert made[".pdf"].count(b"/Type /Page\n") == 2
    page = made[".html"].decode()
    assert page.count('<section class="sheet">') == 2
    assert len(texts(made[".pdf"])) == 2


_CONTAINER = SOURCE.container
assert _CONTAINER is not None
_TRACK = _CONTAINER.tracks[0].model_copy(update={"tags": {"encoder": "y" * 300}})
_CHANGES = {"tracks": [_TRACK] * 30, "in_pictures": ["x" * 90] * 9}
FULL = result(
    "a.mp4",
    *(0.05 * n for n in range(1, 16)),
    source=SOURCE.model_copy(update={"container": _CONTAINER.model_copy(update=_CHANGES)}),
    notes=("n" * 900,) * 9,
)
_NAMES = ("blend", "decoder_swap", "expression", "face_morph", "latent", "mouth", "retouch")


def test_bundle_has_its_name_wherever_the_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lab-7").mkdir()
    (tmp_path / "lab-7/bundle.json").touch()
    monkeypatch.chdir(tmp_path / "lab-7")
    bundle = fake.bundle(files={"model.onnx": 64 * "0"})  # its folder is the current one
    assert gathering.model(bundle).bundle == "lab-7"


LONG = fake.bundle(
    tested=[small_bundle.tested(f"database {n}", (90.0, 5.0, 10.0, 7.5)) for n in range(40)],
    classes=["real", *(f"sim_{name}" for name in _NAMES), "Deepfakes"],
)


def test_nothing_of_a_page_is_below_its_foot() -> None:
    """Long lists are cut, with the number of what is left out."""
    made = files(FULL, LONG)
    first, second = texts(made[".pdf"])
    assert "A method that the model was not trained on" in second  # before the many databases
    assert "and 7 more; see a.json" in first and re.search(r"and \d+ more; see a.json", second)
    streams = re.findall(rb"stream\n(\x78.*?)\nendstream", made[".pdf"], re.DOTALL)
    heights = [
        float(found)
        for one in map(zlib.decompress, streams)
        if b"BT " in one
        for found in re.findall(rb"BT [\d.]+ (-?[\d.]+) Td", one)
    ]
    assert min(heights) > 20  # points above the lower edge


@pytest.mark.slow
def test_no_page_runs_into_its_foot_in_a_browser(
    chromium: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "as_pdf", lambda _: b"")
    tall = images.encode(np.full((320, 180, 3), 90, np.uint8), "jpeg", 80)
    alone = result("a.mp4", source=FULL.source, notes=FULL.notes)
    path = tmp_path / "a.html"
    for made in [*ODD.values(), FULL, alone]:
        shown = [replace(one, picture=tall if one.picture else None) for one in made.frames]
        more = [replace(one, slot=one.slot + 4, map=None) for one in shown]
        for frames in (shown, [*shown, *more]):
            content = files(replace(made, frames=tuple(frames)), LONG)[".html"]
            path.write_text(content.decode())
            with opened(chromium, path) as page:
                assert min(page.evaluate(ROOM)) >= 0


def test_page_loads_and_runs_nothing() -> None:
    page = files(result(EVIL))[".html"].decode()
    tags: list[tuple[str, dict[str, Any]]] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: tags.append((tag, dict(attrs)))  # type: ignore[method-assign]
    parser.feed(page)
    assert "alert(1)" in page and "49" not in page.split("<h1>")[1][:120]
    assert not {"script", "iframe", "object", "form", "a"} & {tag for tag, _ in tags}
    addresses = [own[key] for _, own in tags for key in ("src", "href") if key in own]
    assert addresses and all(one.startswith("data:") for one in addresses)


def test_no_face_is_shown_without_crops() -> None:
    made = files(result(), pictures=False)
    assert "<img" not in made[".html"].decode() and b"/Subtype /Image" not in made[".pdf"]
    assert "no-crops" in texts(made[".pdf"])[0]


def test_person_who_decides_comes_first() -> None:
    content = gathering.examination(result("a.mp4", 0.75, 0.25), fake.bundle())
    assert [one.decides for one in content.people] == [True, False]
    assert content.people[0].number == 2 and content.verdict == "fake"
    shown = sheet(content, result("a.mp4", 0.75, 0.25), [], "a.json")
    assert [row[:3] for row in shown.people] == [("person 1", "real", "0.750")]


def test_long_lists_and_names_are_cut_with_the_number_that_is_left_out() -> None:
    assert more(["1", "2", "3"], 3, "a.json") == ["1", "2", "3"]
    assert more(list("12345"), 3, "a.json") == ["1", "2", "and 3 more; see a.json"]
    assert (
        middle("abc", 3) == "abc"
        and middle("a" * 30 + "b" * 30, 25) == f"{'a' * 10} ... {'b' * 10}"
    )
