"""A use case that no interface mentions has a command with options and output, and works with `anninh call`."""

import json
from collections.abc import Iterator

import pytest
from tests.cli.conftest import Run
from tests.support.toy_use_cases import add_toy_use_cases


@pytest.fixture(autouse=True)
def toy() -> Iterator[None]:
    """Register the toy use cases."""
    with add_toy_use_cases():
        yield


def test_new_use_case_has_command_options(run: Run, post: str) -> None:
    """The command of a new use case has an option with help for each argument, reports missing ones, and runs."""
    help_text = run("posts", "note-call", "--help").stdout
    for words in (
        "Note a call about a post.",
        "--words WORDS",
        "What the caller reported.",
        "--day DAY",
        "--urgent",
        "--key",
    ):
        assert words in help_text
    assert "note-call" in run("posts", "--help").stdout
    assert "--words, --day missing" in run("posts", "note-call", post).stderr
    assert "day: isn't a day" in run("posts", "note-call", post, "--words", "x", "--day", "hôm qua").stderr
    result = run("posts", "note-call", post[-8:], "--words", "Có người gọi", "--day", "2021-09-02")
    assert (result.exit_code, result.stdout.partition(": ")[2]) == (0, "raised.\n")


def test_table_shows_listed_fields(run: Run, post: str) -> None:
    """The table shows only the listed fields of a view, and JSON shows all fields."""
    table = run("posts", "moods").stdout
    assert ("calm" in table, "mood" in table, "shares" in table) == (True, True, False)
    assert json.loads(run("posts", "moods", "--json").stdout) == [{"post": post, "shares": 7, "mood": "calm"}]
    assert json.loads(run("call", "moderation.moods", "--json").stdout)[0]["mood"] == "calm"
