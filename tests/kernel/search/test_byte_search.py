"""Bytes are found in files and their names, by a process that is told in JSON what to look for."""

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
    """Both ends: the function, and the program behind it."""
    return search_files if request.param == "by its own process" else lambda *asked: run_here(monkeypatch, *asked)


def run_here(
    monkeypatch: pytest.MonkeyPatch, paths: Iterable[Path], needles: Mapping[str, bytes]
) -> list[tuple[str, Path]]:
    asked = {"paths": list(map(str, paths)), "needles": {name: needle.hex() for name, needle in needles.items()}}
    answer = io.StringIO()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdin", io.StringIO(json.dumps(asked)))
        patched.setattr(sys, "stdout", answer)
        runpy.run_path(byte_search.__file__, run_name="__main__")
    return [(name, Path(path)) for name, path in json.loads(answer.getvalue())]


def test_needles_are_found_wherever_they_stand(tmp_path: Path, search: Search) -> None:
    """At the begin, in the middle and at the end of a file, in a folder of a folder, in a name; and nowhere else."""
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / "begin").write_bytes(b"\x00\xffneedle---")
    (deep / "middle").write_bytes(b"x" * 5000 + b"\x00\xffneedle" + b"y" * 5000)
    (deep / "end").write_bytes(b"---\x00\xffneedle and other")
    (deep / "empty").write_bytes(b"")
    (deep / "half").write_bytes(b"\x00\xffneedl")
    (tmp_path / "name-of-other-file").write_bytes(b"")
    found = search([tmp_path], {"first": b"\x00\xffneedle", "second": b"other", "third": b"nowhere"})
    assert found == [
        ("first", deep / "end"),
        ("second", deep / "end"),
        ("first", deep / "middle"),
        ("first", tmp_path / "begin"),
        ("second", tmp_path / "name-of-other-file"),
    ]


def test_a_needle_in_content_and_name_is_told_once(tmp_path: Path, search: Search) -> None:
    """As is a file that was asked for twice."""
    file = tmp_path / "needle"
    file.write_bytes(b"needle needle")
    assert search([file, tmp_path, file], {"one": b"needle"}) == [("one", file)]


def test_single_files_are_searched_in_the_order_asked_for(tmp_path: Path, search: Search) -> None:
    """One that isn't there holds nothing; its neighbours in the folder aren't looked at."""
    for name in ("b", "a", "c"):
        (tmp_path / name).write_bytes(b"needle")
    asked = [tmp_path / "b", tmp_path / "missing", tmp_path / "a"]
    assert search(asked, {"one": b"needle"}) == [("one", tmp_path / "b"), ("one", tmp_path / "a")]
    assert search([], {"one": b"needle"}) == search([tmp_path], {}) == []


def test_links_in_a_folder_lead_nowhere(tmp_path: Path, search: Search) -> None:
    """A link isn't followed out of the folder, and one that leads nowhere is no error; a link asked for itself is."""
    outside = tmp_path / "outside"
    inside = tmp_path / "inside"
    outside.write_bytes(b"needle")
    inside.mkdir()
    (inside / "link").symlink_to(outside)
    (inside / "dangling").symlink_to(tmp_path / "missing")
    assert search([inside], {"one": b"needle"}) == []
    assert [name for name, _ in search([inside / "link"], {"one": b"needle"})] == ["one"]


def test_what_cannot_be_searched_is_an_error_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not an empty answer, which would tell that nothing is left."""
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
    """Bytes that say something that isn't hex."""

    def hex(self, *_: object) -> str:
        return "no digits"
