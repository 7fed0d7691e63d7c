"""A use case that no interface knows, at the keyboard: its command, its options, its answer, and `anninh call`."""

import json
from collections.abc import Iterator

import pytest
from tests.cli.conftest import Run
from tests.support.toy_use_cases import toy_use_cases


@pytest.fixture(autouse=True)
def toy() -> Iterator[None]:
    """The use cases exist."""
    with toy_use_cases():
        yield


def test_its_command_asks_for_its_arguments(run: Run, post: str) -> None:
    """Each option has the sentence of the docstring; what is missing is named; the act is carried out."""
    shown = run("posts", "note-call", "--help").stdout
    for words in (
        "Note a call about a post.",
        "--words WORDS",
        "What the caller said.",
        "--day DAY",
        "--urgent",
        "--key",
    ):
        assert words in shown
    assert "note-call" in run("posts", "--help").stdout
    assert "--words, --day missing" in run("posts", "note-call", post).stderr
    assert "day: isn't a day" in run("posts", "note-call", post, "--words", "x", "--day", "hôm qua").stderr
    done = run("posts", "note-call", post[-8:], "--words", "Có người gọi", "--day", "2021-09-02")
    assert (done.exit_code, done.stdout.partition(": ")[2]) == (0, "raised.\n")


def test_a_listed_field_is_in_the_table_and_every_field_in_json(run: Run, post: str) -> None:
    """A field that its view doesn't list is for programs alone."""
    table = run("posts", "moods").stdout
    assert ("calm" in table, "mood" in table, "shares" in table) == (True, True, False)
    assert json.loads(run("posts", "moods", "--json").stdout) == [{"post": post, "shares": 7, "mood": "calm"}]
    assert json.loads(run("call", "moderation.moods", "--json").stdout)[0]["mood"] == "calm"
