"""Reading `anninh.toml`."""

from difflib import get_close_matches
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from anninh_core.app.settings import Settings, StrictSettings
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.kernel.text import visible
from anninh_core.kernel.toml import parse_toml

FILE_NAME = "anninh.toml"


def load_settings(folder: Path) -> Settings:
    """Read `anninh.toml` in a folder.

    Raises:
        ConfigurationError: no such file, not TOML, or a value that doesn't fit; the message names the place.
    """
    path = folder / FILE_NAME
    try:
        return Settings.model_validate(parse_toml(path.read_bytes())).resolve_paths(folder)
    except FileNotFoundError:
        raise ConfigurationError(f"there is no {path}; `anninh init DIR` makes one") from None
    except ValidationError as error:
        raise _refusal(path, error.errors()[0]) from error
    except ValueError as error:  # after its own kind, which a validation error is
        raise ConfigurationError(f"{path} is not TOML: {error}") from error


def _refusal(path: Path, fault: ErrorDetails) -> ConfigurationError:
    """Return what is said of a value that doesn't fit: its place, and a way out."""
    place = visible(".".join(map(str, fault["loc"])))
    if fault["type"] == "extra_forbidden":
        tables = [Settings] if len(fault["loc"]) == 1 else StrictSettings.__subclasses__()
        known_keys = {key for table in tables for key in table.model_fields}
        if close := get_close_matches(str(fault["loc"][-1]), known_keys, n=1, cutoff=0.7):
            return ConfigurationError(f"{path}: {place}: there is no such key; did you mean {close[0]!r}?")
        return ConfigurationError(f"{path}: {place}: there is no such key; take it out")
    if fault["type"] == "string_type":
        return ConfigurationError(f"{path}: {place} takes a text; write it in quotes")
    return ConfigurationError(f"{path}: {place}: {visible(fault['msg'])}; see docs/reference/settings.md")
