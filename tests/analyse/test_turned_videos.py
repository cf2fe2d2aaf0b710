"""Videos lying on their side are searched in other orientations, unless that is not wanted."""

from dataclasses import replace

import small_bundle
from deepfake_attribution.analyse.analyser import Analyser
from deepfake_attribution.analyse.options import Options
from deepfake_attribution.analyse.results import Frame, PersonResult, VideoResult


def test_analyse_turns_videos_whatever_the_pipeline_did() -> None:
    bundle = small_bundle.bundle()
    assert not bundle.record.crop.turned
    for options, expected in ((None, True), (Options(turned=False), False)):
        with Analyser(bundle, options) as analyser:
            assert analyser._way.crop.turned is expected


def test_turn_of_a_video_is_that_of_its_crops() -> None:
    unseen = Frame(0, 0, 0.0, 0, "no_face", "no face was found")
    person = PersonResult(0, "ok", "")
    result = VideoResult("v", "a", 0.5, "probability", person, frames=(unseen,))
    assert result.turn == result.plain()["turn"] == 0
    turned = replace(result, frames=(unseen, replace(unseen, status="ok", turn=270)))
    assert turned.plain()["turn"] == 270
    assert [frame["turn"] for frame in turned.plain()["frames"]] == [0, 270]
