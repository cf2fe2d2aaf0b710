from pathlib import Path

import pandas as pd
import pytest

from deepfake_attribution.cli import outcome


def test_the_best_approach_has_the_highest_mean_over_databases_not_trained_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [
        {"approach": approach, "database": database, "level": level, "attack": attack}
        | {"auc": auc, "seed": 1}
        for approach, database, level, attack, auc in (
            ("A", "seen", "video", "all", 99.0),
            ("A", "new", "video", "all", 60.0),
            ("A", "newer", "video", "all", 70.0),
            ("B", "seen", "video", "all", 50.0),
            ("B", "new", "video", "all", 90.0),
            ("B", "newer", "video", "all", 50.0),
            ("A", "newer", "video", "all", 95.0),  # of one of several compressions
            ("C", "newer", "video", "all", 99.0),  # and it has no figure on new
            ("A", "new", "frame", "all", 100.0),
            ("A", "new", "video", "swap", 100.0),
            ("A", "family", "video", "all", 100.0),
        )
    ]
    monkeypatch.setattr("deepfake_attribution.cli.reading.figures", lambda: pd.DataFrame(rows))
    names = "".join(
        f"  {name}: {{adapter: folder, root: x}}\n" for name in ("seen", "new", "newer")
    )
    for compared_on, expected in (
        ("[]", "highest mean AUC on databases not trained on: B, 70.0 (new 90.0, newer 50.0)"),
        # choices were made by it
        ("[new]", "highest AUC on newer, not trained on: C, 99.0"),
        # there is no other one
        (
            "[new, newer]",
            "highest mean AUC on databases not trained on: B, 70.0 (new 90.0, newer 50.0)",
        ),
    ):
        Path("params.yaml").write_text(
            f"datasets:\n{names}superset:\n  datasets: [seen]\n"
            "databases: {reals_from: {}, families: {}, published: {}, "
            f"compared_on: {compared_on}}}\n"
        )
        assert outcome.best_unseen() == expected
    assert outcome.page() == f"open: {tmp_path}/reports/index.html"
