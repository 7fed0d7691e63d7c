"""Settings are read from `anninh.toml`."""

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


def write_settings(folder: Path, text: str) -> Settings:
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return load_settings(folder)


def test_paths_are_relative_to_the_folder(tmp_path: Path) -> None:
    """Relative paths count from the folder of the settings, wherever the program starts."""
    settings = write_settings(tmp_path, FULL)
    assert settings.storage == f"sqlite:///{tmp_path}/data/anninh.db"
    assert (settings.keys, settings.blobs) == (str(tmp_path / "anninh.keys"), str(tmp_path / "blobs"))
    assert settings.messengers["zalo"].options == {"folder": str(tmp_path / "tasks")}
    assert (settings.plugins, settings.local_user) == (("opinions",), "o1")


def test_absolute_paths_stay(tmp_path: Path) -> None:
    """Absolute paths, and URLs without a file, stay unchanged."""
    assert write_settings(tmp_path, 'storage = "sqlite:////var/anninh.db"').storage == "sqlite:////var/anninh.db"
    assert write_settings(tmp_path, 'storage = "memory:"').storage == "memory:"
    assert write_settings(tmp_path, 'keys = "/etc/anninh.keys"').keys == "/etc/anninh.keys"


def test_empty_file_gives_defaults(tmp_path: Path) -> None:
    """An empty file gives our own plugins, the shipped profile, no messenger and no local user."""
    settings = write_settings(tmp_path, "")
    assert (settings.profile, settings.plugins, settings.messengers, settings.local_user) == (
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
def test_mistake_is_named_with_its_file(tmp_path: Path, text: str, sentence: str) -> None:
    """The error about a mistake is one sentence with the setting and the file."""
    with pytest.raises(ConfigurationError, match=sentence.replace("FILE", re.escape(str(tmp_path / FILE_NAME)))):
        write_settings(tmp_path, text)


def test_other_encoding_is_refused(tmp_path: Path) -> None:
    """A file in another encoding is refused as invalid TOML."""
    (tmp_path / FILE_NAME).write_bytes(b'profile = "\xff"')
    with pytest.raises(ConfigurationError, match="isn't valid TOML"):
        load_settings(tmp_path)


def test_missing_file_names_the_command(tmp_path: Path) -> None:
    """The error about a missing file names the command that creates it."""
    with pytest.raises(ConfigurationError, match="doesn't exist: make it with `anninh init DIR"):
        load_settings(tmp_path)


PACED = """
[messengers.oa]
type = "mock"
pace = { per_minute = 90, burst = 20, reserve = 5 }
recipient_pace = { per_minute = 10 }
"""


def test_rate_limits_are_read(tmp_path: Path) -> None:
    """The overall limit and the limit for one recipient are read; without settings there is none."""
    pace = write_settings(tmp_path, PACED).messengers["oa"].rate_limit()
    assert pace == RateLimit(overall=Rate(per_minute=90, burst=20, reserve=5), recipient=Rate(per_minute=10))
    assert write_settings(tmp_path, FULL).messengers["zalo"].rate_limit() is None


@pytest.mark.parametrize("wrong", ["per_minute = 0", "per_minute = 1, reserve = 1", "per_minute = 1, burst = 0"])
def test_limit_that_blocks_everything_is_refused(tmp_path: Path, wrong: str) -> None:
    """The error about a limit that would block every message names the setting."""
    with pytest.raises(ConfigurationError, match=r"messengers\.oa\.pace"):
        write_settings(tmp_path, f'[messengers.oa]\ntype = "mock"\npace = {{ {wrong} }}')
