import os
import pickle
import tarfile
from pathlib import Path

import numpy as np
import pytest

from deepfake_attribution.core.shards import Member, ShardReader, ShardWriter, digest

LONG = "a" * 90 + "/" + "b" * 120 + ".jpg"
NAMES = ["one/000.jpg", "zwei/äöü ß.png", LONG, "日本/001.jpg", "empty.bin", "block.bin"]


def contents() -> dict[str, bytes]:
    random = np.random.default_rng(0)
    sizes = [700, 1, 512, 3000, 0, 1024]  # below, at and above tar's block
    return {name: random.bytes(size) for name, size in zip(NAMES, sizes, strict=True)}


def write(folder: Path, limit: int = 200_000_000) -> dict[str, Member]:
    with ShardWriter(folder, limit) as writer:
        return {name: writer.add(name, content) for name, content in contents().items()}


def test_tarfile_reads_what_was_written(tmp_path: Path) -> None:
    write(tmp_path)
    with tarfile.open(tmp_path / "shard-00000.tar") as archive:
        found = {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]
        assert all(member.mtime == 0 and not member.uname for member in archive.getmembers())
    assert found == contents()
    assert list(found) == NAMES


def test_random_access_equals_what_tarfile_reads(tmp_path: Path) -> None:
    members = write(tmp_path)
    reader = ShardReader(tmp_path)
    with tarfile.open(tmp_path / "shard-00000.tar") as archive:
        for name in reversed(NAMES):
            place = members[name]
            assert place.offset == archive.getmember(name).offset_data
            assert place.length == archive.getmember(name).size
            content = reader.read(place.shard, place.offset, place.length)
            assert content == contents()[name]
            assert place.hash == digest(content)
    reader.close()


def test_same_members_give_the_same_bytes(tmp_path: Path) -> None:
    assert write(tmp_path / "a", limit=2000) == write(tmp_path / "b", limit=2000)
    for path in sorted((tmp_path / "a").iterdir()):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_a_new_shard_begins_at_the_limit(tmp_path: Path) -> None:
    members = write(tmp_path, limit=1)
    shards = [f"shard-{number:05d}.tar" for number in range(len(NAMES))]
    assert sorted(path.name for path in tmp_path.iterdir()) == shards
    assert [member.shard for member in members.values()] == shards
    joined = write(tmp_path / "two", limit=3000)
    used = sorted({member.shard for member in joined.values()})
    assert 1 < len(used) < len(NAMES)
    for shard in used:
        with tarfile.open(tmp_path / "two" / shard) as archive:
            own = [name for name, member in joined.items() if member.shard == shard]
            assert archive.getnames() == own
            assert archive.getmembers()[-1].offset < 3000  # so far no shard was full


def test_nothing_written_leaves_no_shard(tmp_path: Path) -> None:
    with ShardWriter(tmp_path / "new"):
        pass
    assert list((tmp_path / "new").iterdir()) == []


def test_exception_leaves_no_half_shard_but_the_finished_ones(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), ShardWriter(tmp_path, limit=1) as writer:
        writer.add("one", b"1" * 100)
        writer.add("two", b"2" * 100)
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["shard-00000.tar"]
    with tarfile.open(tmp_path / "shard-00000.tar") as archive:
        assert archive.getnames() == ["one"]


def test_unfinished_shard_of_a_killed_writer_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / ".shard-00000.tar.tmp").write_bytes(b"left over" * 1000)
    write(tmp_path)
    write(tmp_path / "clean")
    name = "shard-00000.tar"
    assert (tmp_path / name).read_bytes() == (tmp_path / "clean" / name).read_bytes()
    assert not (tmp_path / ".shard-00000.tar.tmp").exists()


def test_reader_survives_pickling(tmp_path: Path) -> None:
    place = write(tmp_path)["one/000.jpg"]
    reader = ShardReader(tmp_path)
    reader.read(place.shard, place.offset, place.length)
    twin = pickle.loads(pickle.dumps(reader))
    reader.close()
    content = twin.read(place.shard, place.offset, place.length)
    assert content == contents()["one/000.jpg"]
    twin.close()


def test_reader_opens_files_of_its_own_after_a_fork(tmp_path: Path) -> None:
    place = write(tmp_path)["one/000.jpg"]
    reader = ShardReader(tmp_path)
    where = place.shard, place.offset, place.length
    reader.read(*where)
    before = dict(reader._files)
    child = os.fork()
    if child == 0:
        same = reader.read(*where) == contents()["one/000.jpg"]
        own = reader._files != before
        reader.close()  # of its own files only
        os._exit(0 if same and own else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert reader.read(*where) == contents()["one/000.jpg"]
    reader.close()


def test_shard_shorter_than_its_index_is_named(tmp_path: Path) -> None:
    place = write(tmp_path)["block.bin"]
    reader = ShardReader(tmp_path)
    with pytest.raises(OSError, match=r"shard-00000\.tar is shorter than its index says"):
        reader.read(place.shard, place.offset + 1_000_000, place.length)
    with pytest.raises(FileNotFoundError):
        reader.read("shard-00009.tar", 0, 1)
    reader.close()


def test_stamp_tells_files_apart(tmp_path: Path) -> None:
    place = write(tmp_path)["one/000.jpg"]

    def stamp(reader: ShardReader) -> int:
        reader.read(place.shard, place.offset, place.length)
        return reader.stamp(place.shard)

    reader = ShardReader(tmp_path)
    assert reader.stamp(place.shard) == 0  # not read from yet
    first = stamp(reader)
    assert first != 0 and stamp(ShardReader(tmp_path)) == first
    path = tmp_path / place.shard
    os.utime(path, ns=(0, 1))  # as after writing
    written = stamp(ShardReader(tmp_path))
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    os.utime(copy, ns=(0, 1))
    copy.replace(path)
    assert len({first, written, stamp(ShardReader(tmp_path))}) == 3
    assert stamp(reader) == first  # what is open stays what it was
    reader.close()
    assert reader.stamp(place.shard) == 0
