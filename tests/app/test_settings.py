"""Settings as they stand in `anninh.toml`."""

from pathlib import Path

import pytest

from anninh_core.app import FILE_NAME, Settings, load_settings
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.messaging.outbound.buckets import RateLimit
from anninh_core.plugins import DEFAULT_PLUGINS
from anninh_core.vocabulary.rates import Rate

FULL = """
profile = "hoa_lu_2021"
storage = "sqlite:///data/anninh.db"
plugins = ["opinions"]
local_user = "o1"

[messengers.zalo]
type = "assisted"
options = { folder = "tasks" }
"""


def written(folder: Path, text: str) -> Settings:
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return load_settings(folder)


def test_paths_count_from_the_folder(tmp_path: Path) -> None:
    """Wherever the program is started from, the same files are meant."""
    found = written(tmp_path, FULL)
    assert found.storage == f"sqlite:///{tmp_path}/data/anninh.db"
    assert (found.keys, found.blobs) == (str(tmp_path / "anninh.keys"), str(tmp_path / "blobs"))
    assert found.messengers["zalo"].options == {"folder": str(tmp_path / "tasks")}
    assert (found.plugins, found.local_user) == (("opinions",), "o1")


def test_absolute_paths_stay(tmp_path: Path) -> None:
    """As do URLs that name no file."""
    assert written(tmp_path, 'storage = "sqlite:////var/anninh.db"').storage == "sqlite:////var/anninh.db"
    assert written(tmp_path, 'storage = "memory:"').storage == "memory:"
    assert written(tmp_path, 'keys = "/etc/anninh.keys"').keys == "/etc/anninh.keys"


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    """Our own plugins, the shipped profile, no messenger, nobody's name."""
    found = written(tmp_path, "")
    assert (found.profile, found.plugins, found.messengers, found.local_user) == (
        "hoa_lu_2021",
        DEFAULT_PLUGINS,
        {},
        "",
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("profile = ", "is not TOML"),
        ('colour = "red"', "colour: there is no such key; take it out"),
        ('[messenger.bot]\ntype = "mock"', "messenger: there is no such key; did you mean 'messengers'?"),
        ("profile = 1", "profile takes a text; write it in quotes"),
        ('[messengers.bot]\ntype = "x"\noptions = {token = 1}', r"bot\.options\.token takes a text"),
        ("auto_upgrade = 12", r"auto_upgrade: .*; see docs/reference/settings\.md"),
        ('[messengers.zalo]\noptions = {folder = "x"}', r"messengers\.zalo\.type: "),
        ('[messengers.zalo]\ntype = "assisted"\ncolour = "red"', r"messengers\.zalo\.colour"),
    ],
)
def test_a_mistake_names_its_place(tmp_path: Path, text: str, place: str) -> None:
    """In one sentence, with the file."""
    with pytest.raises(ConfigurationError, match=f"{FILE_NAME}.*{place}"):
        written(tmp_path, text)


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    """A file in another encoding is not TOML."""
    (tmp_path / FILE_NAME).write_bytes(b'profile = "\xff"')
    with pytest.raises(ConfigurationError, match="is not TOML"):
        load_settings(tmp_path)


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    """Nothing is guessed."""
    with pytest.raises(ConfigurationError, match="`anninh init DIR` makes one"):
        load_settings(tmp_path)


PACED = """
[messengers.oa]
type = "mock"
pace = { per_minute = 90, burst = 20, reserve = 5 }
recipient_pace = { per_minute = 10 }
"""


def test_a_pace_is_read(tmp_path: Path) -> None:
    """How fast in all, how fast to one recipient; without settings nothing is held back."""
    pace = written(tmp_path, PACED).messengers["oa"].rate_limit()
    assert pace == RateLimit(overall=Rate(per_minute=90, burst=20, reserve=5), recipient=Rate(per_minute=10))
    assert written(tmp_path, FULL).messengers["zalo"].rate_limit() is None


@pytest.mark.parametrize("wrong", ["per_minute = 0", "per_minute = 1, reserve = 1", "per_minute = 1, burst = 0"])
def test_a_pace_that_lets_nothing_leave_is_refused(tmp_path: Path, wrong: str) -> None:
    """With the place in the file."""
    with pytest.raises(ConfigurationError, match=r"messengers\.oa\.pace"):
        written(tmp_path, f'[messengers.oa]\ntype = "mock"\npace = {{ {wrong} }}')
