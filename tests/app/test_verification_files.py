"""Files that messengers bring along when an app opens."""

import pytest
from tests.support.township import Township

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
def test_a_name_that_no_address_can_have(mock_chat: MockChat, name: str) -> None:
    """It is refused when the app opens, with the instance that wants it."""
    with pytest.raises(
        ConfigurationError,
        match=r"Messenger 'town' serves a file with the invalid name .*: correct the messenger's options; use",
    ):
        memory_app(mock_chat, messengers={"town": Township(mock_chat, "town", files={name: b""})})


@pytest.mark.parametrize("name", ["livez", "readyz", "metrics", "hook"])
def test_a_name_of_the_door(mock_chat: MockChat, name: str) -> None:
    """What the door itself answers can't be taken."""
    with pytest.raises(
        ConfigurationError,
        match=f"Messenger 'town' serves a file named '{name}', but this address is already in use: correct",
    ):
        memory_app(mock_chat, messengers={"town": Township(mock_chat, "town", files={name: b""})})


def test_two_messengers_with_the_same_file(mock_chat: MockChat) -> None:
    """Two accounts of one application prove the same address by one file; different files of one name can't be."""
    north = Township(mock_chat, "north", files={"proof": b"1"})

    assert collect_verification_files(
        {"north": north, "south": Township(mock_chat, "south", files={"proof": b"1"})}
    ) == {"proof": b"1"}
    with pytest.raises(
        ConfigurationError,
        match="Messenger 'south' serves a file named 'proof', but this address is already in use: correct",
    ):
        collect_verification_files({"north": north, "south": Township(mock_chat, "south", files={"proof": b"2"})})
