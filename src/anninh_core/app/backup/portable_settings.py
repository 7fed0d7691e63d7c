"""Settings that another machine needs, without secrets."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from anninh_core.app.collector_settings import CollectorSettings
from anninh_core.app.settings import (
    FILE_NAME,
    CourierSettings,
    HeadSettings,
    MessengerSettings,
    Settings,
    WatchSettings,
)
from anninh_core.kernel.toml import format_toml_value, parse_toml

_PATH_OPTIONS = ("path", "folder")
"""Options that contain a path relative to the settings; any other option of a messenger, collector or courier may be a
secret.
"""


def read_relative_settings(folder: Path) -> Settings:
    """Return the settings of a folder as written in the file, with relative paths kept."""
    return Settings.model_validate(parse_toml((folder / FILE_NAME).read_bytes()))


def render_portable(settings: Settings, *, profile: str) -> str:
    """Return settings as the text of an `anninh.toml`.

    Storage, keys and blobs get their default places. Options of messengers, collectors and couriers, which may be
    secrets, are omitted and named in comments.

    Args:
        settings: as written in the file, with paths relative to it.
        profile: name or path of the profile on the target machine.
    """
    lines = [
        "# Settings of this authority, from a bundle. Relative paths count from this folder.",
        f"profile = {format_toml_value(profile)}",
        *(["unsafe_local_users = true"] if settings.unsafe_local_users else []),
        f"local_user = {format_toml_value(settings.local_user)}",
        f"plugins = {format_toml_value(list(settings.plugins))}",
        *(
            line
            for name, messenger_settings in settings.messengers.items()
            for line in _option_lines(f"messengers.{_toml_key(name)}", messenger_settings)
        ),
        *(
            line
            for name, collector_settings in settings.collectors.items()
            for line in _collector_lines(f"collectors.{_toml_key(name)}", collector_settings)
        ),
        *_courier_table_lines("heads", settings.heads, ("every_hours", "every_entries")),
        *_courier_table_lines("watch", settings.watch, ("silent_minutes", "remind_hours")),
    ]
    return "\n".join(lines) + "\n"


def list_omitted_options(settings: Settings) -> list[str]:
    """Return the names of the options that are omitted and must be filled in again."""
    places = {f"messengers.{name}": messenger.options for name, messenger in settings.messengers.items()}
    places |= {f"collectors.{name}": collector.options for name, collector in settings.collectors.items()}
    places |= {f"heads.couriers.{name}": courier.options for name, courier in settings.heads.couriers.items()}
    places |= {f"watch.couriers.{name}": courier.options for name, courier in settings.watch.couriers.items()}
    return [
        f"{place}.options.{option}"
        for place, options in places.items()
        for option in options
        if option not in _PATH_OPTIONS
    ]


def prepend_storage(text: str, storage: str) -> str:
    """Return the text of settings preceded by a storage URL, or unchanged if `storage` is empty."""
    return f"storage = {format_toml_value(storage)}\n{text}" if storage else text


def _courier_table_lines(table: str, settings: HeadSettings | WatchSettings, names: Sequence[str]) -> Iterator[str]:
    """Yield the lines of the settings `table` with its couriers, or none if the settings are the defaults.

    Args:
        names: settings of the table to write.
    """
    if settings == type(settings)():
        return
    yield ""
    yield f"[{table}]"
    for name in names:
        yield f"{name} = {format_toml_value(getattr(settings, name))}"
    for name_of_courier, courier_settings in settings.couriers.items():
        yield from _option_lines(f"{table}.couriers.{_toml_key(name_of_courier)}", courier_settings)


def _collector_lines(place: str, settings: CollectorSettings) -> Iterator[str]:
    yield from _option_lines(place, settings)
    yield f"source_name = {format_toml_value(settings.source_name)}"
    yield f"unit = {format_toml_value(settings.unit)}"
    yield f"every_minutes = {format_toml_value(settings.every_minutes)}"


def _option_lines(place: str, settings: MessengerSettings | CollectorSettings | CourierSettings) -> Iterator[str]:
    yield ""
    yield f"[{place}]"
    yield f"type = {format_toml_value(settings.type)}"
    path_options: Mapping[str, str] = {
        option: settings.options[option] for option in _PATH_OPTIONS if option in settings.options
    }
    pairs = ", ".join(f"{_toml_key(option)} = {format_toml_value(value)}" for option, value in path_options.items())
    yield f"options = {{ {pairs} }}"
    for option in settings.options:
        if option not in _PATH_OPTIONS:
            yield f"# {option} was left out of the bundle; put it back into options"


def _toml_key(name: str) -> str:
    return name if name.isascii() and name.replace("-", "").replace("_", "").isalnum() else format_toml_value(name)
