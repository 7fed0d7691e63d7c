"""Messengers serve verification files."""

import pytest
from tests.support.township import TownshipMessenger

from anninh_core.app.verification_files import collect_verification_files
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.testing import MockChat, memory_app


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "a/b",
        "/a",
        "a\\b",
        "a\nb",
        "a\n",
        "a\0b",
        "a b",
        "{a}",
        "a?b",
        "a%2fb",
        ".hidden",
        "ă",
        "x" * 201,
    ],
)
def test_invalid_file_name_is_refused(mock_chat: MockChat, name: str) -> None:
    """A file name that is invalid in an address is refused when the app opens; the error names the messenger."""
    with pytest.raises(
        ConfigurationError,
        match=r"Messenger 'town' serves a file with the invalid name .*: correct the messenger's options; use",
    ):
        memory_app(mock_chat, messengers={"town": TownshipMessenger(mock_chat, "town", files={name: b""})})


@pytest.mark.parametrize("name", ["livez", "readyz", "metrics", "hook"])
def test_reserved_file_name_is_refused(mock_chat: MockChat, name: str) -> None:
    """A file can't have the name of an address that the web server itself uses."""
    with pytest.raises(
        ConfigurationError,
        match=f"Messenger 'town' serves a file named '{name}', but this address is already in use: correct",
    ):
        memory_app(mock_chat, messengers={"town": TownshipMessenger(mock_chat, "town", files={name: b""})})


def test_messengers_may_share_identical_files(mock_chat: MockChat) -> None:
    """Two messengers may serve the same file under one name, but not different files."""
    north = TownshipMessenger(mock_chat, "north", files={"proof": b"1"})

    assert collect_verification_files(
        {"north": north, "south": TownshipMessenger(mock_chat, "south", files={"proof": b"1"})}
    ) == {"proof": b"1"}
    with pytest.raises(
        ConfigurationError,
        match="Messenger 'south' serves a file named 'proof', but this address is already in use: correct",
    ):
        collect_verification_files(
            {"north": north, "south": TownshipMessenger(mock_chat, "south", files={"proof": b"2"})}
        )
