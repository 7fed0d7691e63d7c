"""Settings of an app, as they stand in `anninh.toml`."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from anninh_core.kernel.errors import ConfigurationError
from anninh_core.plugins import DEFAULT_PLUGINS

FILE_NAME = "anninh.toml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MessengerSettings(_Strict):
    """One messenger instance: the registered name of its type, and its options.

    Options named `path` or `folder` count from the folder of the settings file.
    """

    type: str
    options: dict[str, str] = Field(default_factory=dict)

    def under(self, folder: Path) -> "MessengerSettings":
        """Return the settings with relative paths counted from a folder."""
        paths = {name: str(folder / self.options[name]) for name in ("path", "folder") if name in self.options}
        return self.model_copy(update={"options": self.options | paths})


class Settings(_Strict):
    """How an app is put together.

    Attributes:
        profile: name of a shipped profile or path of one's own.
        storage: URL; its scheme names the storage plugin's class. Relative paths count from the file's folder.
        keys, blobs: path of the key file and of the blob folder.
        plugins: entry points to load, in this order.
        messengers: instance name -> its settings. Instance names have no dots.
        local_user: officer that the command line acts as. Unsafe: whoever can read the files is that officer.
    """

    profile: str = "hoa_lu_2021"
    storage: str = "sqlite:///anninh.db"
    keys: str = "anninh.keys"
    blobs: str = "blobs"
    plugins: tuple[str, ...] = DEFAULT_PLUGINS
    messengers: dict[str, MessengerSettings] = Field(default_factory=dict)
    local_user: str = ""

    def under(self, folder: Path) -> "Settings":
        """Return the settings with relative paths counted from a folder."""
        scheme, _, rest = self.storage.partition(":///")
        storage = f"{scheme}:///{folder / rest}" if rest and not Path(rest).is_absolute() else self.storage
        own = folder / self.profile  # a profile of one's own, beside the settings
        messengers = {name: chosen.under(folder) for name, chosen in self.messengers.items()}
        return self.model_copy(
            update={
                "profile": str(own) if own.exists() else self.profile,
                "storage": storage,
                "keys": str(folder / self.keys),
                "blobs": str(folder / self.blobs),
                "messengers": messengers,
            }
        )


def load_settings(folder: Path) -> Settings:
    """Read `anninh.toml` in a folder.

    Raises:
        ConfigurationError: no such file, not TOML, or a value that doesn't fit; the message names the place.
    """
    path = folder / FILE_NAME
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        return Settings.model_validate(raw).under(folder)
    except FileNotFoundError:
        raise ConfigurationError(f"there is no {path}; `anninh init DIR` makes one") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} is not TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ConfigurationError(f"{path}: {place}: {first['msg']}; see docs/reference/settings.md") from error
