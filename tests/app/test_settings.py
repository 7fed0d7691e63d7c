"""Settings as they stand in `anninh.toml`."""

import re
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
    ("text", "sentence"),
    [
        ("profile = ", r"FILE isn't valid TOML \(.+\): correct it\."),
        ('colour = "red"', r"The setting colour in FILE doesn't exist: remove it\."),
        ('[messenger.bot]\ntype = "mock"', r"The setting messenger in FILE doesn't exist: did you mean 'messengers'\?"),
        ("profile = 1", r"The setting profile in FILE must be a text: write it in quotes\."),
        (
            '[messengers.bot]\ntype = "x"\noptions = {token = 1}',
            r"The setting messengers\.bot\.options\.token in FILE must be a text: write it in quotes\.",
        ),
        (
            "auto_upgrade = 12",
            r"The setting auto_upgrade in FILE has an invalid value \(.+\): see docs/reference/settings\.md\.",
        ),
        (
            '[messengers.zalo]\noptions = {folder = "x"}',
            r"The setting messengers\.zalo\.type in FILE has an invalid value \(Field required\): see docs/reference",
        ),
        (
            '[messengers.zalo]\ntype = "assisted"\ncolour = "red"',
            r"The setting messengers\.zalo\.colour in FILE doesn't exist: remove it\.",
        ),
    ],
)
def test_a_mistake_names_its_place(tmp_path: Path, text: str, sentence: str) -> None:
    """In one sentence, with the file."""
    with pytest.raises(ConfigurationError, match=sentence.replace("FILE", re.escape(str(tmp_path / FILE_NAME)))):
        written(tmp_path, text)


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    """A file in another encoding is not TOML."""
    (tmp_path / FILE_NAME).write_bytes(b'profile = "\xff"')
    with pytest.raises(ConfigurationError, match="isn't valid TOML"):
        load_settings(tmp_path)


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    """Nothing is guessed."""
    with pytest.raises(ConfigurationError, match="doesn't exist: make it with `anninh init DIR"):
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
