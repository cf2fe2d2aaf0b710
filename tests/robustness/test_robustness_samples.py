"""Which test videos are damaged."""

import pandas as pd

from deepfake_attribution.robustness.samples import choose


def listed(sources: int) -> pd.DataFrame:
    rows = [
        {"video": f"{name}/{attack}/{n}", "dataset": name, "attack": attack, "group": f"{n:02d}"}
        for name, attacks in (("a", ("real", "swap")), ("fakes_only", ("morph",)))
        for n in range(sources)
        for attack in attacks
    ]
    return pd.DataFrame(rows)


def test_so_many_of_each_class_of_the_same_sources() -> None:
    videos = listed(20)
    chosen = choose(videos, set(videos["video"]), 6, 1)
    assert chosen.groupby(["dataset", "attack"]).size().tolist() == [6, 6, 6]
    groups = chosen.groupby("attack")["group"].apply(set)
    assert groups["real"] == groups["swap"] == groups["morph"]
    assert list(chosen.index) == list(range(18))
    places = [videos["video"].tolist().index(one) for one in chosen["video"]]
    assert places == sorted(places)


def test_seed_chooses_and_videos_without_a_crop_are_passed_over() -> None:
    videos = listed(20)
    every = set(videos["video"])
    one, again, other = (choose(videos, every, 6, seed) for seed in (1, 1, 2))
    assert one.equals(again) and set(one["video"]) != set(other["video"])
    lost = one["video"].iloc[0]
    without = choose(videos, every - {lost}, 6, 1)
    assert lost not in set(without["video"]) and len(without) == 18


def test_fewer_videos_than_wanted_are_all_taken() -> None:
    videos = listed(4)
    assert len(choose(videos, set(videos["video"]), 6, 1)) == len(videos)
