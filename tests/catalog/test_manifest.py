from pathlib import Path

import pandas as pd
import pytest

from deepfake_attribution.catalog.manifest import read_manifest
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.video import SCHEMA

HEAD = "path,attack,split\n"


def read(root: Path, text: str | bytes, name: str = "manifest.csv") -> pd.DataFrame:
    (root / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return read_manifest("mine", root, name)


def error_of(root: Path, text: str | bytes) -> str:
    """Return the message, which must be one line once its white space is joined."""
    with pytest.raises(UserError) as stop:
        read(root, text)
    message = " ".join(str(stop.value).split())
    assert message.startswith(f"{root / 'manifest.csv'}")
    return message.removeprefix(f"{root / 'manifest.csv'}")


def test_three_columns_are_enough_and_no_row_is_lost(tmp_path: Path) -> None:
    table = read(tmp_path, HEAD + "a.mp4,real,train\nfakes/a.mp4,swap,test\n")
    assert list(table.columns) == SCHEMA.names
    assert table.to_dict("records") == [
        {
            **dict.fromkeys(SCHEMA.names, ""),
            **{"video": "mine/real/-/a", "dataset": "mine", "path": "a.mp4", "attack": "real"},
            **{"split": "train", "source": "a.mp4"},
        },
        {
            **dict.fromkeys(SCHEMA.names, ""),
            **{"video": "mine/swap/-/fakes/a", "dataset": "mine", "path": "fakes/a.mp4"},
            **{"attack": "swap", "split": "test"},
        },
    ]


def test_all_columns_and_extra_ones_are_kept_as_text(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        "take,path,attack,split,identity,donor,source,compression,name,NA\n"
        "007,f.mp4,swap,val,ann,bob,r.mp4,c23,first,NA\n",
    )
    row = table.to_dict("records")[0]
    assert row["video"] == "mine/swap/c23/first"
    assert (row["identity"], row["donor"], row["source"]) == ("ann", "bob", "r.mp4")
    assert (row["take"], row["NA"], row["name"]) == ("007", "NA", "first")
    assert list(table.columns) == [*SCHEMA.names, "take", "name", "NA"]


def test_label_is_another_word_for_attack(tmp_path: Path) -> None:
    table = read(tmp_path, "path,label,split\na.mp4,real,train\n")
    assert table["attack"].tolist() == ["real"] and "label" not in table
    both = read(tmp_path, "path,label,attack,split\na.mp4,1,real,train\n")
    assert both["attack"].tolist() == ["real"] and both["label"].tolist() == ["1"]


def test_parquet_gives_what_csv_gives(tmp_path: Path) -> None:
    text = "path,attack,split,identity,take\na.mp4,real,train,7,1\nb c.mp4,swap,val,,2\n"
    table = pd.DataFrame(
        {
            "path": ["a.mp4", "b c.mp4"],
            "attack": pd.Categorical(["real", "swap"]),
            "split": ["train", "val"],
            "identity": ["7", None],
            "take": [1, 2],
        }
    )
    table.to_parquet(tmp_path / "manifest.parquet")
    from_parquet = read_manifest("mine", tmp_path, "manifest.parquet")
    from_csv = read(tmp_path, text)
    assert (from_parquet.index.tolist(), from_csv.index.tolist()) == ([1, 2], [2, 3])
    pd.testing.assert_frame_equal(
        from_parquet.reset_index(drop=True), from_csv.reset_index(drop=True), check_dtype=False
    )


def test_paths_with_spaces_umlauts_and_commas(tmp_path: Path) -> None:
    table = read(tmp_path, HEAD + 'Frau Müller/Büro 1.mp4,real,train\n"a, b.mp4",real,val\n')
    assert table["path"].tolist() == ["Frau Müller/Büro 1.mp4", "a, b.mp4"]
    assert table["video"].tolist() == ["mine/real/-/Frau Müller/Büro 1", "mine/real/-/a, b"]


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    table = read(tmp_path, b"\xef\xbb\xbfpath,attack,split\r\na.mp4,real,train\r\n")
    assert table[["path", "split"]].to_numpy().tolist() == [["a.mp4", "train"]]


def test_a_folder_of_images_is_a_video(tmp_path: Path) -> None:
    table = read(tmp_path, HEAD + "fadg0/video/sa1,real,test\nfadg0/video/sa1.2,real,test\n")
    assert table["path"].tolist() == ["fadg0/video/sa1", "fadg0/video/sa1.2"]


def test_two_spellings_of_a_path_are_one_file(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        "path,attack,split,source\n./a.mp4,real,train,\na.mp4,real,test,\nf//b.mp4,x,val,./a.mp4\n",
    )
    assert table["path"].tolist() == ["a.mp4", "a.mp4", "f/b.mp4"]
    assert table["source"].tolist() == ["a.mp4", "a.mp4", "a.mp4"]


def test_an_empty_name_is_the_path_s(tmp_path: Path) -> None:
    table = read(tmp_path, "path,attack,split,name\na.mp4,real,train,\nb.mp4,real,train,x\n")
    assert table["video"].tolist() == ["mine/real/-/a", "mine/real/-/x"]


def test_a_manifest_elsewhere_in_the_root_has_paths_from_the_root(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists/m.csv").write_text(HEAD + "a.mp4,real,train\n")
    assert read_manifest("mine", tmp_path, "lists/m.csv")["path"].tolist() == ["a.mp4"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (",real,train", "the path is empty"),
        ("/a.mp4,real,train", "'/a.mp4' leads out of the root: give it relative to the root"),
        ("../a.mp4,real,train", "'../a.mp4' leads out of the root: give it relative to the root"),
        ("a.mp4,real,dev", "split 'dev' is not one of train, val, test"),
        ("a.mp4,real", "split '' is not one of train, val, test"),
        (
            "a.mp4,,train",
            "attack '' is not a name: 'real' or letters, digits and _ . + -",
        ),
        (
            "a.mp4,face swap,train",
            "attack 'face swap' is not a name: 'real' or letters, digits and _ . + -",
        ),
        (
            "a.mp4,fake,train",
            "attack 'fake': write 'real' for a real video, else the attack's name",
        ),
        ("a.mp4,1,train", "attack '1': write 'real' for a real video, else the attack's name"),
        (
            "a.mp4,Real,train",
            "attack 'Real': write 'real' for a real video, else the attack's name",
        ),
    ],
)
def test_a_wrong_row_is_named_by_number(tmp_path: Path, row: str, message: str) -> None:
    text = HEAD + "good.mp4,real,train\n" + row + "\n"
    assert error_of(tmp_path, text) == f", row 3: {message}"


def test_compression_with_a_slash_is_refused(tmp_path: Path) -> None:
    message = error_of(tmp_path, "path,attack,split,compression\na.mp4,real,train,c/23\n")
    assert message == ", row 2: compression 'c/23' holds a /"


def test_a_file_without_heading_is_refused_not_read_from_its_second_line(tmp_path: Path) -> None:
    message = error_of(tmp_path, "a.mp4,real,train\nb.mp4,real,train\n")
    assert message == ": no column 'path'; it has a.mp4, real, train"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ": the file is empty"),
        ("path,split\na.mp4,train\n", ": no column 'attack'; it has path, split"),
        ("\n \r\n", ": the file is empty"),
        ("path|attack|split\na|real|train\n", ": no column 'path'; it has path|attack|split"),
        (
            HEAD + "b.mp4,real,val\n\na, b.mp4,real,train\n",
            ", row 4: 4 fields, but row 1 has 3 names; a field that holds the separator needs "
            'quotes: "a, b.mp4"',
        ),
        ("path,attack,split,path\n", ": two columns are called 'path': rename one"),
        ("path,attack,split, path\n", ": two columns are called 'path': rename one"),
        ("path,attack,,split\n", ": column 3 has no name in the first row"),
        (
            HEAD + '"a.mp4,real,train\n',
            ", row 2: not CSV (unexpected end of data): look at its quotes",
        ),
        (
            HEAD + '"a"b.mp4,real,train\n',
            ", row 2: not CSV (',' expected after '\"'): look at its quotes",
        ),
        (HEAD + "a\0.mp4,real,train\n", ": holds zero bytes: save the table as 'CSV UTF-8'"),
        (
            HEAD + "a.mp4,Swap,train\n\nb.mp4,swap,val\n",
            ", rows 2 and 4: attacks 'Swap' and 'swap' differ in capitals only: use one spelling",
        ),
    ],
)
def test_a_wrong_table_is_named(tmp_path: Path, text: str, message: str) -> None:
    assert error_of(tmp_path, text) == message


def test_what_is_no_table_is_named(tmp_path: Path) -> None:
    latin = (HEAD + "ä.mp4,real,train\n").encode("latin-1")
    assert error_of(tmp_path, latin) == (
        ", line 2: neither UTF-8 nor parquet: save the table as 'CSV UTF-8'"
    )
    unmarked = (HEAD + "a.mp4,real,train\n").encode("utf-16-le")
    assert error_of(tmp_path, unmarked) == (": holds zero bytes: save the table as 'CSV UTF-8'")
    (tmp_path / "m.parquet").write_bytes(b"text")
    with pytest.raises(UserError, match=r"m\.parquet: not a readable parquet table"):
        read_manifest("mine", tmp_path, "m.parquet")
    pd.DataFrame({"path": range(500)}).to_parquet(tmp_path / "m.parquet")
    content = bytearray((tmp_path / "m.parquet").read_bytes())
    content[100:200] = bytes(100)
    (tmp_path / "m.parquet").write_bytes(content)
    with pytest.raises(UserError, match=r"m\.parquet: not a readable parquet table"):
        read_manifest("mine", tmp_path, "m.parquet")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UserError, match=r"folder\.csv: a folder, not a table"):
        read_manifest("mine", tmp_path, "folder.csv")


@pytest.mark.parametrize(
    "content",
    [
        b"path;attack;split\r\na, b.mp4;real;train\r\nc.mp4;swap;val\r\n",
        "path\tattack\tsplit\r\na, b.mp4\treal\ttrain\r\nc.mp4\tswap\tval".encode("utf-16"),
        b'\xef\xbb\xbf path , attack,split,\r"a, b.mp4", real ,train ,\rc.mp4,swap,val,\r',
        b'path,attack,split\n\n"a, b.mp4",real,train\n , ,\n\nc.mp4,swap,val,,\n\n\n',
    ],
    ids=["semicolons", "UTF-16 and tabs", "spaces, BOM, old line ends", "empty rows"],
)
def test_what_spreadsheets_write_is_read(tmp_path: Path, content: bytes) -> None:
    table = read(tmp_path, content)
    assert table[["path", "attack", "split"]].to_numpy().tolist() == [
        ["a, b.mp4", "real", "train"],
        ["c.mp4", "swap", "val"],
    ]
    assert table["video"].tolist() == ["mine/real/-/a, b", "mine/swap/-/c"]


def test_rows_are_numbered_as_a_spreadsheet_does(tmp_path: Path) -> None:
    text = HEAD + '\na.mp4,real,train\n,,\n"b\nb.mp4",real,val\n'
    assert error_of(tmp_path, text) == (
        ", row 5: path 'b\\nb.mp4' holds a line break or control character"
    )
    table = read(tmp_path, HEAD + "\na.mp4,real,train\n,,\nb.mp4,real,val\n")
    assert table.index.tolist() == [3, 5]


def test_an_umlaut_in_either_form_names_the_file_that_is_there(tmp_path: Path) -> None:
    composed, parted = "B\u00fcro", "Bu\u0308ro"
    (tmp_path / f"{parted} 1.mp4").write_bytes(b"x")
    (tmp_path / f"{composed} 2.mp4").write_bytes(b"x")
    rows = f"{composed} 1.mp4,x,val,{parted} 2.mp4\n{parted} 3.mp4,x,val,{parted} 4.mp4\n"
    table = read(tmp_path, f"path,attack,split,source\n{rows}")
    assert table["path"].tolist() == [f"{parted} 1.mp4", f"{composed} 3.mp4"]
    assert table["source"].tolist() == [f"{composed} 2.mp4", f"{composed} 4.mp4"]
    (tmp_path / f"{composed} 1.mp4").write_bytes(b"x")  # both are there: what is written counts
    table = read(tmp_path, f"{HEAD}{composed} 1.mp4,x,val\n{parted} 1.mp4,x,val\n")
    assert table["path"].tolist() == [f"{composed} 1.mp4", f"{parted} 1.mp4"]


def test_a_name_does_not_lead_out_of_the_shard(tmp_path: Path) -> None:
    message = error_of(tmp_path, "path,attack,split,name\na.mp4,real,train,../a\n")
    assert message == ", row 2: name '../a' holds a '..'"


def test_missing_root_and_manifest_name_the_setting(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"datasets\.mine\.root: .*gone is not a folder"):
        read_manifest("mine", tmp_path / "gone", "manifest.csv")
    with pytest.raises(UserError, match=r"other\.csv: no such file, .* set datasets\.mine\.root"):
        read_manifest("mine", tmp_path, "other.csv")
    for outside in ("../manifest.csv", "/manifest.csv"):
        with pytest.raises(UserError, match=r"datasets\.mine\.manifest: .* is outside the root"):
            read_manifest("mine", tmp_path, outside)


def test_masks_and_boxes_say_where_the_labelled_face_is(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        "path,attack,split,mask,box\n"
        "a.mp4,swap,test,./masks/a.mp4,\nb.jpg,swap,test,,1 2.5 30 40\n",
    )
    assert table["mask"].tolist() == ["masks/a.mp4", ""]
    assert table["box"].tolist() == ["", "1 2.5 30 40"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("/a.mp4,", ", row 2: mask '/a.mp4' leads out of the root"),
        ("../a.mp4,", ", row 2: mask '../a.mp4' leads out of the root"),
        (",1 2 3", ", row 2: box '1 2 3' is not four numbers x0 y0 x1 y1"),
        (',"1,2,3,4"', ", row 2: box '1,2,3,4' is not four numbers"),
        (",5 2 3 4", ", row 2: box '5 2 3 4' is not four numbers"),
        (",nan 2 3 4", ", row 2: box 'nan 2 3 4' is not four numbers"),
    ],
)
def test_a_wrong_mask_or_box_is_named_by_its_row(tmp_path: Path, row: str, message: str) -> None:
    text = f"path,attack,split,mask,box\na.mp4,swap,test,{row}\n"
    assert error_of(tmp_path, text).startswith(message)
