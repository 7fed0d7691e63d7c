"""Files and file names are searched for bytes in a subprocess, which gets its request as JSON."""

import io
import json
import runpy
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from anninh_core.kernel.search import byte_search
from anninh_core.kernel.search.byte_search import search_files

Search = Callable[[Iterable[Path], Mapping[str, bytes]], list[tuple[str, Path]]]


@pytest.fixture(params=["by its own process", "as the program that it starts"])
def search(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Search:
    """Return the search function, and in turn the program that it starts, run in the test's own process."""
    return (
        search_files
        if request.param == "by its own process"
        else lambda *arguments: run_in_test_process(monkeypatch, *arguments)
    )


def run_in_test_process(
    monkeypatch: pytest.MonkeyPatch, paths: Iterable[Path], needles: Mapping[str, bytes]
) -> list[tuple[str, Path]]:
    request = {"paths": list(map(str, paths)), "needles": {name: needle.hex() for name, needle in needles.items()}}
    output = io.StringIO()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdin", io.StringIO(json.dumps(request)))
        patched.setattr(sys, "stdout", output)
        runpy.run_path(byte_search.__file__, run_name="__main__")
    return [(name, Path(path)) for name, path in json.loads(output.getvalue())]


def test_needles_are_found_in_content_and_names(tmp_path: Path, search: Search) -> None:
    """A needle (bytes to find) is found at the beginning, middle and end of a file, in nested folders and in file
    names, and nowhere else.
    """
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / "begin").write_bytes(b"\x00\xffneedle---")
    (deep / "middle").write_bytes(b"x" * 5000 + b"\x00\xffneedle" + b"y" * 5000)
    (deep / "end").write_bytes(b"---\x00\xffneedle and other")
    (deep / "empty").write_bytes(b"")
    (deep / "half").write_bytes(b"\x00\xffneedl")
    (tmp_path / "name-of-other-file").write_bytes(b"")
    hits = search([tmp_path], {"first": b"\x00\xffneedle", "second": b"other", "third": b"nowhere"})
    assert hits == [
        ("first", deep / "end"),
        ("second", deep / "end"),
        ("first", deep / "middle"),
        ("first", tmp_path / "begin"),
        ("second", tmp_path / "name-of-other-file"),
    ]


def test_needle_is_reported_once_per_file(tmp_path: Path, search: Search) -> None:
    """A needle in both content and name of a file is reported once, also if the file was requested twice."""
    file = tmp_path / "needle"
    file.write_bytes(b"needle needle")
    assert search([file, tmp_path, file], {"one": b"needle"}) == [("one", file)]


def test_files_are_searched_in_requested_order(tmp_path: Path, search: Search) -> None:
    """Single files are searched in the requested order; a missing file has no hits, and other files in its folder
    aren't searched.
    """
    for name in ("b", "a", "c"):
        (tmp_path / name).write_bytes(b"needle")
    paths = [tmp_path / "b", tmp_path / "missing", tmp_path / "a"]
    assert search(paths, {"one": b"needle"}) == [("one", tmp_path / "b"), ("one", tmp_path / "a")]
    assert search([], {"one": b"needle"}) == search([tmp_path], {}) == []


def test_links_in_a_folder_are_not_followed(tmp_path: Path, search: Search) -> None:
    """A link in a searched folder isn't followed, and a dangling link is no error; a link that was requested is
    followed.
    """
    outside = tmp_path / "outside"
    inside = tmp_path / "inside"
    outside.write_bytes(b"needle")
    inside.mkdir()
    (inside / "link").symlink_to(outside)
    (inside / "dangling").symlink_to(tmp_path / "missing")
    assert search([inside], {"one": b"needle"}) == []
    assert [name for name, _ in search([inside / "link"], {"one": b"needle"})] == ["one"]


def test_failed_search_raises_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed search raises an error with its reason instead of an empty result, which would mean that nothing was
    found.
    """
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(OSError, match=r"files can't be searched: ValueError"):
        search_files([tmp_path], {"one": UnreadableNeedle(b"x")})
    failing = tmp_path / "failing"
    failing.write_text("#!/bin/sh\nexit 3\n")
    failing.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(failing))
    with pytest.raises(OSError, match=r"files can't be searched: no reason given"):
        search_files([tmp_path], {"one": b"x"})


class UnreadableNeedle(bytes):
    """Bytes that return an invalid hex form, so that the search fails."""

    def hex(self, *_: object) -> str:
        return "no digits"
