import numpy as np
import pandas as pd

from deepfake_attribution.figures.sampling import whole_videos


def many() -> pd.DataFrame:
    """40 real and 20 swapped videos of 10 crops."""
    videos = [("real", number) for number in range(40)] + [("swap", number) for number in range(20)]
    rows = [(f"{attack}/{number}", "one", attack) for attack, number in videos for _ in range(10)]
    table = pd.DataFrame(rows, columns=["video", "dataset", "attack"])
    return table.assign(slot=np.tile(np.arange(10), len(videos)))


def test_a_video_is_kept_whole_or_not_at_all() -> None:
    kept = whole_videos(many(), 157, seed=1)
    assert len(kept) == 150
    assert (kept.groupby("video").size() == 10).all()


def test_classes_keep_their_shares() -> None:
    for limit in (90, 150, 300):
        shares = whole_videos(many(), limit, seed=1)["attack"].value_counts(normalize=True)
        assert abs(shares["real"] - 2 / 3) < 0.07


def test_choice_depends_on_seed_and_keys_not_on_the_order_of_rows() -> None:
    kept = set(whole_videos(many(), 150, seed=1)["video"])
    assert set(whole_videos(many()[::-1], 150, seed=1)["video"]) == kept
    assert set(whole_videos(many(), 150, seed=2)["video"]) != kept


def test_rows_stay_in_their_order_and_few_are_all_kept() -> None:
    kept = whole_videos(many(), 150, seed=1)
    assert kept.index.is_monotonic_increasing
    assert whole_videos(many(), 600, seed=1).equals(many())


def test_one_video_is_kept_even_if_it_is_larger_than_the_limit() -> None:
    assert whole_videos(many(), 3, seed=1)["video"].nunique() == 1
