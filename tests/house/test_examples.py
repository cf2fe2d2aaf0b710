"""What the documentation offers to copy works."""

from pathlib import Path

from deepfake_attribution.catalog.manifest import read_manifest
from deepfake_attribution.core.video import check

EXAMPLES = Path(__file__).parents[2] / "docs/examples"


def test_df_mobio_manifest_is_one_that_we_read() -> None:
    rows = read_manifest("df_mobio", EXAMPLES / "df_mobio", "manifest.csv")
    check(rows, "the example")
    assert {*rows["split"]} == {"test"}
    real = rows[rows["attack"] == "real"].set_index("path")["identity"]
    fake = rows[rows["attack"] != "real"]
    assert len(real) >= 6 and len(fake) >= 6
    assert [real[source] for source in fake["source"]] == [*fake["identity"]]
    assert {*fake["donor"]} <= {*real} and (fake["donor"] != fake["identity"]).all()
