"""Settings of an app, from `anninh.toml`."""

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
from anninh_core.kernel.text import make_visible
from anninh_core.kernel.toml import parse_toml
from anninh_core.messaging.outbound.buckets import RateLimit
from anninh_core.plugins import DEFAULT_PLUGINS
from anninh_core.vocabulary.rates import Rate

FILE_NAME = "anninh.toml"

BACKLOG = 2048
"""Number of connections that may wait to be accepted by the web server; each uses a file handle before it is admitted
or closed.
"""

OTHER_FILES = 128
"""Number of files that a process opens besides connections: the storage, the keys, blobs, logs."""


PASSPHRASE_SOURCE = r"^(prompt|env:[A-Za-z_][A-Za-z0-9_]*|file:.+|credential:[A-Za-z0-9_.@-]+)$"  # noqa: S105  where one comes from


class _Strict(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class RateSettings(_Strict):
    """Rate limit for sending.

    Attributes:
        per_minute: messages per minute in the long run.
        burst: greatest number of messages sent at once after a pause.
        reserve: part of `burst` reserved for emergencies and receipts; below `burst`.
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
        """Return the rate that the worker applies."""
        return Rate(per_minute=self.per_minute, burst=self.burst, reserve=self.reserve)


class MessengerSettings(_Strict):
    """One messenger instance: type, options, rate limits.

    Options named `path`, `folder` or ending in `_file` are relative to the folder of the settings file.

    Attributes:
        type: registered name of its type.
        options: options of the type.
        pace: rate limit for all messages together. Default: the messenger's own safe pace, if it has one.
        recipient_pace: rate limit for one person or group.
        unit: id of the unit that the account serves: people who first write to this account are assigned to it. If the
            unit has several communes and the message names no place, the resident is asked for one. "" for the root,
            without a question.
    """

    type: str
    options: dict[str, str] = Field(default_factory=dict)
    pace: RateSettings | None = None
    recipient_pace: RateSettings | None = None
    unit: str = ""

    def rate_limit(self) -> RateLimit | None:
        """Return the rate limit, or None if the settings set none."""
        if self.pace is None and self.recipient_pace is None:
            return None
        return RateLimit(
            overall=self.pace.to_rate() if self.pace else None,
            recipient=self.recipient_pace.to_rate() if self.recipient_pace else None,
        )

    def resolve_paths(self, folder: Path) -> "MessengerSettings":
        """Return the settings with relative paths resolved against a folder."""
        return self.model_copy(update={"options": resolve_options(self.options, folder)})


class CourierSettings(_Strict):
    """One courier, a channel that takes files elsewhere: type and options.

    Options named `path`, `folder` or ending in `_file` are relative to the folder of the settings file.

    Attributes:
        type: registered name of its type: `folder`, `mail`, or a type registered by a plugin.
        options: options of the type.
    """

    type: str
    options: dict[str, str] = Field(default_factory=dict)

    def resolve_paths(self, folder: Path) -> "CourierSettings":
        """Return the settings with relative paths resolved against a folder."""
        return self.model_copy(update={"options": resolve_options(self.options, folder)})


class HeadSettings(_Strict):
    """Settings of the signing of journal heads, and of the couriers that take heads to the superior authority.

    Attributes:
        every_hours: a head is signed when the last head is older than this and new entries exist.
        every_entries: a head is signed earlier when this many entries were written since.
        couriers: name -> its settings. Each gets a file with all heads whenever there is a new head.
    """

    every_hours: float = Field(default=24, gt=0, le=24 * 366)
    every_entries: int = Field(default=1000, ge=10, le=10_000_000)
    couriers: dict[str, CourierSettings] = Field(default_factory=dict)

    def resolve_paths(self, folder: Path) -> "HeadSettings":
        """Return the settings with relative paths resolved against a folder."""
        couriers = {name: settings.resolve_paths(folder) for name, settings in self.couriers.items()}
        return self.model_copy(update={"couriers": couriers})


class WatchSettings(_Strict):
    """Settings of the watchdog outside the worker (`anninh watch`): the faults that it reports, and the recipients.

    Attributes:
        silent_minutes: longest time without a finished round of the worker, and longest time for which a job may keep
            failing.
        remind_hours: a persisting fault is reported again after this time.
        memory: path of the file with the faults reported so far.
        couriers: name -> its settings. Each gets every report; the `recipient` of a `mail` courier is the operators'
            address.
    """

    silent_minutes: float = Field(default=2, ge=1, le=1440)
    remind_hours: float = Field(default=6, gt=0, le=24 * 7)
    memory: str = "anninh.watch"
    couriers: dict[str, CourierSettings] = Field(default_factory=dict)

    @property
    def silence(self) -> timedelta:
        """Longest time without a finished round of the worker."""
        return timedelta(minutes=self.silent_minutes)

    @property
    def remind_after(self) -> timedelta:
        """Time between a report and its next reminder."""
        return timedelta(hours=self.remind_hours)

    def resolve_paths(self, folder: Path) -> "WatchSettings":
        """Return the settings with relative paths resolved against a folder."""
        couriers = {name: settings.resolve_paths(folder) for name, settings in self.couriers.items()}
        return self.model_copy(update={"memory": str(folder / self.memory), "couriers": couriers})


class ApiSettings(_Strict):
    """Limits of the JSON API. It has its own threads and memory, so that webhooks don't wait for it.

    Attributes:
        threads: number of calls that run at the same time.
        waiting: number of calls that may wait for a thread; further calls get 503.
        large_bodies: number of bodies over 8 KiB, and of at most 1 MiB, in memory at the same time.
        account_pace: rate limit for calls of one person or token.
        address_pace: rate limit for calls from one address, authenticated or not.
        sign_in_pace: rate limit for sign-in attempts from one address.
        streams: number of event streams open at the same time; one person can have at most four.
        proxies: networks of trusted proxies in front of the server, such as `127.0.0.1/32`: their `X-Forwarded-For`
            names the client's address. From other addresses it is ignored.
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
    """Limits of the web server. The defaults withstand some thousand hostile connections from one machine.

    Attributes:
        connections: most connections open at the same time. At the limit, a new connection replaces an idle one; 503 is
            returned only if requests of all connections are being processed.
        head_seconds: longest time for the head of a request to arrive.
        body_seconds: longest time for the request body to arrive, even over a slow line.
        idle_seconds: time for which a connection is kept open for another request.
        large_bodies: number of bodies over 8 KiB, and of at most 512 KiB, in memory at the same time.
        api: limits of the JSON API.
    """

    connections: int = Field(default=2048, ge=16, le=100_000)
    head_seconds: float = Field(default=5.0, ge=0.1, le=600)
    body_seconds: float = Field(default=10.0, ge=0.1, le=600)
    idle_seconds: float = Field(default=5.0, ge=0.1, le=600)
    large_bodies: int = Field(default=24, ge=1, le=10_000)
    api: ApiSettings = Field(default_factory=ApiSettings)

    @property
    def open_files(self) -> int:
        """Number of files that the web server's process must be allowed to open, including connections waiting to be
        accepted.
        """
        return self.connections + BACKLOG + OTHER_FILES


class FileSettings(_Strict):
    """Limits of files in messages and publications, and the scanner.

    Attributes:
        most_megabytes: greatest size of a file; larger files are kept encrypted and shown to no one.
        most_megapixels: greatest size of a picture, all its frames and pages together.
        scanner: a ClamAV daemon, `unix:PATH` or `tcp:HOST:PORT`; "" for none: files are marked unscanned.
        scanner_seconds: timeout of the scanner.
        scanner_megabytes: greatest file that the scanner accepts (its `StreamMaxLength`); larger files stay unscanned.
    """

    most_megabytes: int = Field(default=50, ge=1, le=1000)
    most_megapixels: int = Field(default=60, ge=1, le=500)
    scanner: str = Field(default="", pattern=r"^(unix:.+|tcp:.+:\d+|)$")
    scanner_seconds: float = Field(default=30, ge=0.1, le=600)
    scanner_megabytes: int = Field(default=25, ge=1, le=1000)


class SignInSettings(_Strict):
    """How long a sign-in is valid, and further sign-in methods.

    Attributes:
        idle_minutes: idle time after which a session ends.
        hours: time after which a session ends in any case.
        fresh_minutes: time for which a second factor counts as fresh, for use cases that require one.
        oidc: the authority's sign-in service; without it there is none.
        proxy: a reverse proxy that authenticates people; without it no header identifies a person.
        passkeys: settings of passkeys; without them there are none.
    """

    idle_minutes: int = Field(default=30, ge=1, le=1440)
    hours: float = Field(default=12, gt=0, le=168)
    fresh_minutes: int = Field(default=5, ge=1, le=60)
    oidc: OidcSettings | None = None
    proxy: ProxySettings | None = None
    passkeys: PasskeySettings | None = None

    def to_rules(self) -> SignInRules:
        """Return the sign-in rules of accounts."""
        return SignInRules(
            idle=timedelta(minutes=self.idle_minutes),
            session_life=timedelta(hours=self.hours),
            fresh=timedelta(minutes=self.fresh_minutes),
        )

    def resolve_paths(self, folder: Path) -> "SignInSettings":
        """Return the settings with relative paths resolved against a folder."""
        return self.model_copy(update={"oidc": self.oidc and self.oidc.resolve_paths(folder)})


class Settings(_Strict):
    """Configuration of an app.

    Attributes:
        profile: name of a shipped profile, or path of a local profile.
        storage: URL; its scheme names the storage plugin's class. Relative paths are relative to the folder of the
            settings file.
        auto_upgrade: whether a storage of an older version is upgraded when it is opened; otherwise only `anninh
            storage upgrade` upgrades it.
        look_span_minutes: number of minutes after an officer's read in which repeated reads of the same records in the
            same versions are counted instead of being recorded in the audit log one by one; 0 to record each.
        keys: path of the key file; or `NAME://…`, which names a key store that a plugin registers and that gets the
            whole text.
        keys_passphrase: source of the passphrase of a protected key file: `prompt`, `env:VARIABLE`, `file:PATH` or
            `credential:NAME` (of systemd). With `prompt` a person must start every program; an unprotected key file
            needs no passphrase.
        blobs: path of the blob folder.
        plugins: entry points to load, in this order.
        messengers: instance name -> its settings. Instance names have no dots.
        collectors: name -> its settings. Collected texts wait for an editor. Names have no dots.
        heads: when heads of the journal are signed, and the couriers that take them to the superior authority.
        watch: what the watchdog outside the worker reports, and to whom.
        door: limits of the web server.
        files: limits of files, and the scanner.
        sign_in: how long a sign-in is valid, and further sign-in methods.
        unsafe_local_users: for a trial: commands act as the officer that `--as` or `local_user` names, and no one signs
            in. A person who can read the files can act as any officer, so never use it with real data.
        local_user: for a trial, see `unsafe_local_users`: officer that commands act as if none is named.
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
        """Return the settings with relative paths resolved against a folder."""
        scheme, _, rest = self.storage.partition(":///")
        # In a PostgreSQL URL, this part names a database and is no path.
        is_path = rest and scheme != "postgresql" and not Path(rest).is_absolute()
        storage = f"{scheme}:///{folder / rest}" if is_path else self.storage
        kind, _, passphrase_file = self.keys_passphrase.partition(":")
        # The profile may be a local one, with a path relative to the folder of the settings.
        profile_path = folder / self.profile
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
                "collectors": {
                    name: collector_settings.resolve_paths(folder)
                    for name, collector_settings in self.collectors.items()
                },
                "sign_in": self.sign_in.resolve_paths(folder),
            }
        )


def has_key_store_plugin(settings: Settings) -> bool:
    """Return whether the settings name a key store registered by a plugin instead of a key file."""
    return "://" in settings.keys


def load_settings(folder: Path) -> Settings:
    """Read `anninh.toml` in a folder.

    Raises:
        ConfigurationError: the file is missing or isn't TOML, or a value is invalid; the message names the setting.
    """
    path = folder / FILE_NAME
    try:
        return Settings.model_validate(parse_toml(path.read_bytes())).resolve_paths(folder)
    except FileNotFoundError:
        raise ConfigurationError("{file} doesn't exist: make it with `anninh init DIR`.", file=path) from None
    except ValidationError as error:
        raise _invalid_setting_error(path, error.errors()[0]) from error
    except ValueError as error:  # This handler follows the one for ValidationError, which is a ValueError too.
        raise ConfigurationError("{file} isn't valid TOML ({reason}): correct it.", file=path, reason=error) from error


def _invalid_setting_error(path: Path, fault: ErrorDetails) -> ConfigurationError:
    """Return an error that names an invalid setting and a remedy."""
    place = make_visible(".".join(map(str, fault["loc"])))
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
        reason=make_visible(fault["msg"]),
    )
