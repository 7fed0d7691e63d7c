"""Settings on the move: what another machine needs of them, and none of what is secret."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from anninh_core.app.settings import FILE_NAME, MessengerSettings, Settings

_PLACES = ("path", "folder")
"""Options that name a place beside the settings; every other option of a messenger may be a secret."""


def as_written(folder: Path) -> Settings:
    """Return the settings of a folder as they stand in the file, relative paths and all."""
    return Settings.model_validate(tomllib.loads((folder / FILE_NAME).read_text(encoding="utf-8")))


def portable(settings: Settings, *, profile: str) -> str:
    """Return settings as the text of an `anninh.toml`.

    Storage, keys and blobs are where they are by default. Options of messengers, which may be secrets, stay behind and
    are named in comments.

    Args:
        settings: as they stand in the file: paths relative to it.
        profile: name or path of the profile where the file will stand.
    """
    lines = [
        "# Settings of this authority, from a bundle. Relative paths count from this folder.",
        f"profile = {_quoted(profile)}",
        f"local_user = {_quoted(settings.local_user)}",
        f"plugins = {_quoted(list(settings.plugins))}",
        *(line for name, chosen in settings.messengers.items() for line in _messenger(name, chosen)),
    ]
    return "\n".join(lines) + "\n"


def left_behind(settings: Settings) -> list[str]:
    """Return the places in the settings that have to be filled in again."""
    return [
        f"messengers.{name}.options.{option}"
        for name, chosen in settings.messengers.items()
        for option in chosen.options
        if option not in _PLACES
    ]


def placed(text: str, storage: str) -> str:
    """Return the text of settings with the URL of a storage put in front, if there is one."""
    return f"storage = {_quoted(storage)}\n{text}" if storage else text


def _messenger(name: str, chosen: MessengerSettings) -> Iterator[str]:
    yield ""
    yield f"[messengers.{_key(name)}]"
    yield f"type = {_quoted(chosen.type)}"
    kept: Mapping[str, str] = {option: chosen.options[option] for option in _PLACES if option in chosen.options}
    yield f"options = {{ {', '.join(f'{_key(option)} = {_quoted(value)}' for option, value in kept.items())} }}"
    for option in chosen.options:
        if option not in _PLACES:
            yield f"# {option} was left out of the bundle; put it back into options"


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("-", "").replace("_", "").isalnum() else _quoted(name)


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)  # for texts and lists of texts, JSON is TOML
