"""Settings of an app, as they stand in `anninh.toml`."""

from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from anninh_core.app.collector_settings import CollectorSettings, resolve_options
from anninh_core.app.sign_in.settings import OidcSettings, PasskeySettings, ProxySettings
from anninh_core.domain.accounts.rules import SignInRules
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.kernel.text import visible
from anninh_core.kernel.toml import parse_toml
from anninh_core.messaging.outbound.buckets import RateLimit
from anninh_core.plugins import DEFAULT_PLUGINS
from anninh_core.vocabulary.rates import Rate

FILE_NAME = "anninh.toml"

BACKLOG = 2048
"""Connections that may wait to be taken by the web door; each takes a file before it has a place, or loses it."""

OTHER_FILES = 128
"""Files that a process has open besides connections: the storage, the keys, blobs, logs."""


PASSPHRASE_SOURCE = r"^(prompt|env:[A-Za-z_][A-Za-z0-9_]*|file:.+|credential:[A-Za-z0-9_.@-]+)$"  # noqa: S105  where one comes from


class _Strict(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class RateSettings(_Strict):
    """How fast messages may leave.

    Attributes:
        per_minute: messages a minute in the long run.
        burst: how many may leave at once after a rest.
        reserve: of those, kept for emergencies and receipts; below `burst`.
    """

    per_minute: float = Field(gt=0, le=100_000)
    burst: int = Field(default=1, ge=1, le=10_000)
    reserve: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _check_reserve(self) -> Self:
        if self.reserve >= self.burst:
            raise ValueError(f"a reserve of {self.reserve} out of {self.burst} lets nothing else leave; raise burst")
        return self

    def to_rate(self) -> Rate:
        """Return what the worker counts by."""
        return Rate(per_minute=self.per_minute, burst=self.burst, reserve=self.reserve)


class MessengerSettings(_Strict):
    """One messenger instance: the registered name of its type, its options, and how fast it may send.

    Options named `path`, `folder` or with `_file` at the end count from the folder of the settings file.

    Attributes:
        type: registered name of its type.
        options: what the type takes.
        pace: how fast messages leave in all. Where it is missing, the messenger's own safe pace, if it names one.
        recipient_pace: the same for one person or group.
        unit: id of the unit that the account serves: whoever writes to it first belongs there. Where several communes
            lie below it and no place is found in the words, the resident is asked. "" for the root, without asking.
    """

    type: str
    options: dict[str, str] = Field(default_factory=dict)
    pace: RateSettings | None = None
    recipient_pace: RateSettings | None = None
    unit: str = ""

    def rate_limit(self) -> RateLimit | None:
        """Return how fast it may be used; None where the settings don't say."""
        if self.pace is None and self.recipient_pace is None:
            return None
        return RateLimit(
            overall=self.pace.to_rate() if self.pace else None,
            recipient=self.recipient_pace.to_rate() if self.recipient_pace else None,
        )

    def resolve_paths(self, folder: Path) -> "MessengerSettings":
        """Return the settings with relative paths counted from a folder."""
        return self.model_copy(update={"options": resolve_options(self.options, folder)})


class CourierSettings(_Strict):
    """One way by which files leave the house: the registered name of its type, and its options.

    Options named `path`, `folder` or with `_file` at the end count from the folder of the settings file.

    Attributes:
        type: registered name of its type: `folder`, `mail`, or what a plugin registers.
        options: what the type takes.
    """

    type: str
    options: dict[str, str] = Field(default_factory=dict)

    def resolve_paths(self, folder: Path) -> "CourierSettings":
        """Return the settings with relative paths counted from a folder."""
        return self.model_copy(update={"options": resolve_options(self.options, folder)})


class HeadSettings(_Strict):
    """When heads of the journal are signed, and who takes them to the superior.

    Attributes:
        every_hours: a head is signed when the last one is older and something happened since.
        every_entries: and earlier, when so many entries were written since.
        couriers: name -> its settings. Each gets a file with all heads whenever there is a new one.
    """

    every_hours: float = Field(default=24, gt=0, le=24 * 366)
    every_entries: int = Field(default=1000, ge=10, le=10_000_000)
    couriers: dict[str, CourierSettings] = Field(default_factory=dict)

    def resolve_paths(self, folder: Path) -> "HeadSettings":
        """Return the settings with relative paths counted from a folder."""
        couriers = {name: settings.resolve_paths(folder) for name, settings in self.couriers.items()}
        return self.model_copy(update={"couriers": couriers})


class WatchSettings(_Strict):
    """What the watchdog outside the worker (`anninh watch`) takes for a fault, and whom it reports to.

    Attributes:
        silent_minutes: for how long the worker may not finish a round, and a job of it may fail again and again.
        remind_hours: a fault that isn't put right is reported again after so long.
        memory: path of the file that keeps what was reported.
        couriers: name -> its settings. Each gets every report; a `mail` courier's `recipient` are the operators.
    """

    silent_minutes: float = Field(default=2, ge=1, le=1440)
    remind_hours: float = Field(default=6, gt=0, le=24 * 7)
    memory: str = "anninh.watch"
    couriers: dict[str, CourierSettings] = Field(default_factory=dict)

    @property
    def silence(self) -> timedelta:
        """For how long the worker may be silent."""
        return timedelta(minutes=self.silent_minutes)

    @property
    def remind_after(self) -> timedelta:
        """How long after a report the next one is due."""
        return timedelta(hours=self.remind_hours)

    def resolve_paths(self, folder: Path) -> "WatchSettings":
        """Return the settings with relative paths counted from a folder."""
        couriers = {name: settings.resolve_paths(folder) for name, settings in self.couriers.items()}
        return self.model_copy(update={"memory": str(folder / self.memory), "couriers": couriers})


class ApiSettings(_Strict):
    """What the JSON API puts up with, which has threads and room of its own: webhooks don't wait for it.

    Attributes:
        threads: calls that run at the same time.
        waiting: calls that may wait for a thread; more are answered 503.
        large_bodies: bodies over 8 KiB, and of 1 MiB at most, that are in memory at the same time.
        account_pace: calls of one person or token.
        address_pace: calls from one address, known or not.
        sign_in_pace: tries to sign in from one address.
        streams: streams of events that are open at the same time, of which one person has four at most.
        proxies: networks of the proxies in front, such as `127.0.0.1/32`: their `X-Forwarded-For` says from where a
            call comes. Of all others it is ignored.
    """

    threads: int = Field(default=4, ge=1, le=64)
    waiting: int = Field(default=64, ge=1, le=10_000)
    large_bodies: int = Field(default=8, ge=1, le=1000)
    account_pace: RateSettings = RateSettings(per_minute=600, burst=120)
    address_pace: RateSettings = RateSettings(per_minute=1200, burst=240)
    sign_in_pace: RateSettings = RateSettings(per_minute=30, burst=15)
    streams: int = Field(default=200, ge=1, le=10_000)
    proxies: tuple[str, ...] = ()


class DoorSettings(_Strict):
    """What the web door puts up with. The defaults hold against some thousand hostile connections of one machine.

    Attributes:
        connections: open at the same time at most. Where all places are taken, a new connection gets that of one which
            waits; 503 is answered only where all of them are being answered.
        head_seconds: how long the head of a request may take to arrive.
        body_seconds: the same for the body, over a slow line too.
        idle_seconds: how long a connection is kept open for another request.
        large_bodies: bodies over 8 KiB, and of 512 KiB at most, that are in memory at the same time.
        api: what the JSON API puts up with.
    """

    connections: int = Field(default=2048, ge=16, le=100_000)
    head_seconds: float = Field(default=5.0, ge=0.1, le=600)
    body_seconds: float = Field(default=10.0, ge=0.1, le=600)
    idle_seconds: float = Field(default=5.0, ge=0.1, le=600)
    large_bodies: int = Field(default=24, ge=1, le=10_000)
    api: ApiSettings = Field(default_factory=ApiSettings)

    @property
    def open_files(self) -> int:
        """How many files the door's process must be allowed to open: also for connections that wait to be taken."""
        return self.connections + BACKLOG + OTHER_FILES


class FileSettings(_Strict):
    """What files may be that come with messages or go out with publications, and who scans them.

    Attributes:
        most_megabytes: of a file; larger ones are kept sealed and shown to nobody.
        most_megapixels: of a picture, all its frames and pages together.
        scanner: a ClamAV daemon, `unix:PATH` or `tcp:HOST:PORT`; "" for none: files are marked unscanned.
        scanner_seconds: how long it may be silent.
        scanner_megabytes: what it takes of a file (its `StreamMaxLength`); larger ones stay unscanned.
    """

    most_megabytes: int = Field(default=50, ge=1, le=1000)
    most_megapixels: int = Field(default=60, ge=1, le=500)
    scanner: str = Field(default="", pattern=r"^(unix:.+|tcp:.+:\d+|)$")
    scanner_seconds: float = Field(default=30, ge=0.1, le=600)
    scanner_megabytes: int = Field(default=25, ge=1, le=1000)


class SignInSettings(_Strict):
    """How long a sign-in holds, and by what else than the accounts people sign in.

    Attributes:
        idle_minutes: a session ends after so long a rest.
        hours: and after so long in any case.
        fresh_minutes: for how long a second factor counts as shown just now, where an act takes that.
        oidc: the authority's sign-in service; without it there is none.
        proxy: a reverse proxy that signs people in; without it no header names anybody.
        passkeys: for whom passkeys are; without it there are none.
    """

    idle_minutes: int = Field(default=30, ge=1, le=1440)
    hours: float = Field(default=12, gt=0, le=168)
    fresh_minutes: int = Field(default=5, ge=1, le=60)
    oidc: OidcSettings | None = None
    proxy: ProxySettings | None = None
    passkeys: PasskeySettings | None = None

    def to_rules(self) -> SignInRules:
        """Return what accounts go by."""
        return SignInRules(
            idle=timedelta(minutes=self.idle_minutes),
            session_life=timedelta(hours=self.hours),
            fresh=timedelta(minutes=self.fresh_minutes),
        )

    def resolve_paths(self, folder: Path) -> "SignInSettings":
        """Return the settings with relative paths counted from a folder."""
        return self.model_copy(update={"oidc": self.oidc and self.oidc.resolve_paths(folder)})


class Settings(_Strict):
    """How an app is put together.

    Attributes:
        profile: name of a shipped profile or path of one's own.
        storage: URL; its scheme names the storage plugin's class. Relative paths count from the file's folder.
        auto_upgrade: whether a storage that an older version left is upgraded when it is opened; otherwise only
            `anninh storage upgrade` does it.
        look_span_minutes: for how many minutes after an officer's look repeats of it, at the same things in the same
            versions, are counted instead of being written into the trail one by one; 0 for never.
        keys: path of the key file; or `NAME://…`, which names a keeper that a plugin registers and that gets all of
            it.
        keys_passphrase: where the passphrase of a protected key file comes from: `prompt`, `env:VARIABLE`, `file:PATH`
            or `credential:NAME` (of systemd). With `prompt` nothing starts without a person; a file in clear needs
            none.
        blobs: path of the blob folder.
        plugins: entry points to load, in this order.
        messengers: instance name -> its settings. Instance names have no dots.
        collectors: name -> its settings. What they find waits for an editor. Names have no dots.
        heads: when heads of the journal are signed, and who takes them to the superior.
        watch: what the watchdog outside the worker reports, and to whom.
        door: what the web door puts up with.
        files: what files may be, and who scans them.
        sign_in: how long a sign-in holds, and by what else people sign in.
        unsafe_local_users: for a trial: commands act as whoever `--as` or `local_user` names, and nobody signs in.
            Whoever can read the files is then any officer, so never where there is anything real.
        local_user: for a trial, see `unsafe_local_users`: officer that commands act as where none is named.
    """

    profile: str = "hoa_lu_2021"
    storage: str = "sqlite:///anninh.db"
    auto_upgrade: bool = True
    look_span_minutes: int = Field(default=10, ge=0, le=1440)
    keys: str = "anninh.keys"
    keys_passphrase: str = Field(default="prompt", pattern=PASSPHRASE_SOURCE)
    blobs: str = "blobs"
    plugins: tuple[str, ...] = DEFAULT_PLUGINS
    messengers: dict[str, MessengerSettings] = Field(default_factory=dict)
    collectors: dict[str, CollectorSettings] = Field(default_factory=dict)
    heads: HeadSettings = Field(default_factory=HeadSettings)
    watch: WatchSettings = Field(default_factory=WatchSettings)
    door: DoorSettings = Field(default_factory=DoorSettings)
    files: FileSettings = Field(default_factory=FileSettings)
    sign_in: SignInSettings = Field(default_factory=SignInSettings)
    unsafe_local_users: bool = False
    local_user: str = ""

    def resolve_paths(self, folder: Path) -> "Settings":
        """Return the settings with relative paths counted from a folder."""
        scheme, _, rest = self.storage.partition(":///")
        is_path = rest and scheme != "postgresql" and not Path(rest).is_absolute()  # there it names a database
        storage = f"{scheme}:///{folder / rest}" if is_path else self.storage
        kind, _, passphrase_file = self.keys_passphrase.partition(":")
        profile_path = folder / self.profile  # a profile of one's own, beside the settings
        messengers = {
            name: messenger_settings.resolve_paths(folder) for name, messenger_settings in self.messengers.items()
        }
        return self.model_copy(
            update={
                "profile": str(profile_path) if profile_path.exists() else self.profile,
                "storage": storage,
                "keys": self.keys if "://" in self.keys else str(folder / self.keys),
                "keys_passphrase": f"file:{folder / passphrase_file}" if kind == "file" else self.keys_passphrase,
                "blobs": str(folder / self.blobs),
                "heads": self.heads.resolve_paths(folder),
                "watch": self.watch.resolve_paths(folder),
                "messengers": messengers,
                "collectors": {name: chosen.resolve_paths(folder) for name, chosen in self.collectors.items()},
                "sign_in": self.sign_in.resolve_paths(folder),
            }
        )


def names_key_service(settings: Settings) -> bool:
    """Return whether the settings name a keeper of keys that a plugin registers, not a key file."""
    return "://" in settings.keys


def load_settings(folder: Path) -> Settings:
    """Read `anninh.toml` in a folder.

    Raises:
        ConfigurationError: no such file, not TOML, or a value that doesn't fit; the message names the place.
    """
    path = folder / FILE_NAME
    try:
        return Settings.model_validate(parse_toml(path.read_bytes())).resolve_paths(folder)
    except FileNotFoundError:
        raise ConfigurationError("{file} doesn't exist: make it with `anninh init DIR`.", file=path) from None
    except ValidationError as error:
        raise _refusal(path, error.errors()[0]) from error
    except ValueError as error:  # after its own kind, which a validation error is
        raise ConfigurationError("{file} isn't valid TOML ({reason}): correct it.", file=path, reason=error) from error


def _refusal(path: Path, fault: ErrorDetails) -> ConfigurationError:
    """Return what is said of a value that doesn't fit: its place, and a way out."""
    place = visible(".".join(map(str, fault["loc"])))
    if fault["type"] == "extra_forbidden":
        tables = [Settings] if len(fault["loc"]) == 1 else _Strict.__subclasses__()
        known_keys = {key for table in tables for key in table.model_fields}
        if close := get_close_matches(str(fault["loc"][-1]), known_keys, n=1, cutoff=0.7):
            return ConfigurationError(
                "The setting {setting} in {file} doesn't exist: did you mean {suggestion!r}?",
                file=path,
                setting=place,
                suggestion=close[0],
            )
        return ConfigurationError("The setting {setting} in {file} doesn't exist: remove it.", file=path, setting=place)
    if fault["type"] == "string_type":
        return ConfigurationError(
            "The setting {setting} in {file} must be a text: write it in quotes.", file=path, setting=place
        )
    return ConfigurationError(
        "The setting {setting} in {file} has an invalid value ({reason}): see docs/reference/settings.md.",
        file=path,
        setting=place,
        reason=visible(fault["msg"]),
    )
