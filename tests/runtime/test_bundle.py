"""A bundle is replaced as a whole."""

from pathlib import Path

import pytest

from awmlang import bundle


def listing(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_write_replaces_the_whole(files, tmp_path):
    folder = tmp_path / "compiled" / "shop"
    bundle.write(folder, {"old.txt": b"old"})
    bundle.write(folder, files)
    assert listing(tmp_path / "compiled") == {f"shop/{name}": content for name, content in files.items()}
    assert bundle.read(folder) == files


@pytest.mark.parametrize("name", ["../x", "/x", "a/b", "..", ".", "", "a\\b", "a\0b"])
def test_never_outside_the_folder(tmp_path, name):
    with pytest.raises(ValueError, match="not the name"):
        bundle.write(tmp_path / "shop", {"a": b"", name: b"x"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fails", ["write_bytes", "rename"])
def test_a_failure_leaves_the_old(tmp_path, monkeypatch, fails):
    folder = tmp_path / "shop"
    bundle.write(folder, {"a": b"1", "b": b"1"})
    done = []
    original = getattr(Path, fails)

    def failing(self, *arguments):
        done.append(self)
        if len(done) == 2:
            raise OSError("the disk is full")
        return original(self, *arguments)

    monkeypatch.setattr(Path, fails, failing)
    with pytest.raises(OSError, match="full"):
        bundle.write(folder, {"a": b"2", "b": b"2"})
    monkeypatch.undo()
    assert listing(tmp_path) == {"shop/a": b"1", "shop/b": b"1"}


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"schema\.sql"):
        bundle.read(tmp_path)
