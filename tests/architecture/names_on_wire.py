"""Names in stored data, and their values: fields of bodies, rows, journal entries, states and bundles."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec.inspect
from attrs import frozen

from anninh_core.app.backup import authentication, container, manifest, passphrase, row_codec
from anninh_core.domain.index_specs import SPECS
from anninh_core.domain.registry import KINDS
from anninh_core.kernel import errors
from anninh_core.messaging.outbound.buckets import BucketState
from anninh_core.messengers.assisted.paste import Paste
from anninh_core.messengers.assisted.tasks import Confirmation, Task
from anninh_core.ports.keys import KeysCopy
from anninh_core.ports.messengers.adapter import AdapterServices, Remembered
from anninh_core.ports.storages import dumping, queues
from anninh_core.ports.storages.changes import Entry, Record
from anninh_core.ports.storages.queues import InboxState, OutboxState
from anninh_core.ports.storages.storage import Lease
from anninh_core.testing import FixedClock, SeededIds, memory_app
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.memory import MemoryBlobs
from anninh_core.usecase.actor import SYSTEM_PERMISSIONS, ActorKind
from anninh_core.usecase.indexing import reindex
from anninh_core.usecase.outbox_message import OutboxMessage
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.permissions import Permission
from anninh_core.worker.heartbeat import Heartbeat
from anninh_core.worker.jobs.duty_reach import DutyRecord
from anninh_core.worker.jobs.health_monitor import HealthRecord
from anninh_core.worker.jobs.messenger_access import AccessRecord
from anninh_storage.schema import build_metadata
from anninh_zalo.bot.identity import BotIdentity
from anninh_zalo.groups.group_creator import GroupCreator
from anninh_zalo.groups.values import GroupAsset, GroupInfo
from anninh_zalo.history.position_store import PositionStore, ReadPosition
from anninh_zalo.oauth.endpoint import TokenPair
from anninh_zalo.oauth.refresher import TokenRefresher
from anninh_zalo.oauth.revocation import Revocation
from anninh_zalo.sending.progress import MultipartProgress
from anninh_zalo.sending.uploads import Uploader
from anninh_zalo.webhook.heartbeat import WebhookHeartbeat

_NOW = datetime(2021, 9, 1, tzinfo=UTC)


def collect_stored_names() -> dict[str, set[str]]:
    """Return the names in stored data, by subject."""
    return {
        "kinds": {spec.kind for spec in SPECS},
        "columns": {f"{s.kind}.{name}:{kind.__name__}" for s in SPECS for name, kind in s.columns.items()},
        "multi columns": {f"{spec.kind}.{name}" for spec in SPECS for name in spec.multi},
        "orders": {f"{spec.kind}.{name}" for spec in SPECS for name in spec.orders},
        "bodies": {name for kind in KINDS for name in iter_encoded_names(kind.model, kind.name)},
        "sealed outbox rows": set(iter_encoded_names(OutboxMessage, "outbox")),
        "journal": set(iter_encoded_names(Entry, "entry")),
        "actors": {f"system:{part}" for part in SYSTEM_PERMISSIONS} | {f"{kind.value}:" for kind in ActorKind},
        "tables": {
            f"{table.name}.{column.name}" for table in build_metadata().tables.values() for column in table.columns
        },
        "permissions": {permission.value for permission in Permission},
        "lanes": {f"{rank} {lane}" for rank, lane in enumerate(queues.LANES)},
        "states of rows": set(_iter_states()),
        "bundles": set(_iter_bundle_names()),
        "files of assisted posting": {
            n for m in (Task, Confirmation, Paste) for n in iter_encoded_names(m, m.__name__.lower())
        },
        "states of jobs": set(_iter_job_states()),
        "states of adapters": set(_iter_adapter_names()),
        "errors": {
            name
            for name, kind in vars(errors).items()
            if isinstance(kind, type) and kind.__module__ == errors.__name__ and not name.startswith("_")
        },
    }


def iter_encoded_names(model: Any, path: str) -> Iterator[str]:
    """Yield the names that msgspec writes for a class: `path.field`, also of nested classes, and `path.field=value`."""
    yield from _iter_names_of_type(msgspec.inspect.type_info(model), path, ())


def _iter_names_of_type(info: Any, path: str, parents: tuple[type, ...]) -> Iterator[str]:
    match info:
        case msgspec.inspect.DataclassType() | msgspec.inspect.StructType() if info.cls not in parents:
            for name, field_type in ((field.encode_name, field.type) for field in info.fields):
                yield f"{path}.{name}"
                yield from _iter_names_of_type(field_type, f"{path}.{name}", (*parents, info.cls))
        case msgspec.inspect.UnionType():
            for member_type in info.types:
                yield from _iter_names_of_type(member_type, path, parents)
        case msgspec.inspect.EnumType():
            yield from (f"{path}={value.value}" for value in info.cls)
        case msgspec.inspect.VarTupleType() | msgspec.inspect.ListType() | msgspec.inspect.CollectionType():
            yield from _iter_names_of_type(info.item_type, f"{path}[]", parents)
        case msgspec.inspect.TupleType():
            for number, member_type in enumerate(info.item_types):
                yield from _iter_names_of_type(member_type, f"{path}[{number}]", parents)
        case msgspec.inspect.DictType():
            yield from _iter_names_of_type(info.key_type, f"{path}{{key}}", parents)
            yield from _iter_names_of_type(info.value_type, f"{path}{{}}", parents)
        case _:
            pass


def _iter_states() -> Iterator[str]:
    """Yield the states of queue rows."""
    yield from (f"inbox {state}" for state in InboxState)
    yield from (f"outbox {state}" for state in OutboxState)


def _iter_bundle_names() -> Iterator[str]:
    """Yield the parts of a bundle, and the names in their lines, in the manifest and around the keys."""
    yield from (f"part {name}" for name in row_codec._LINE_CLASSES)
    for part, kind in {**row_codec._LINE_CLASSES, "records/*": Record}.items():
        yield from iter_encoded_names(kind, part)
    yield from iter_encoded_names(manifest.Manifest, "manifest")
    yield from iter_encoded_names(passphrase._WrappedKeys, "keys.json")
    yield from iter_encoded_names(KeysCopy, "keys.json sealed")
    yield from (f"purpose {purpose}" for purpose in (manifest.BACKUP, manifest.BUNDLE))
    yield f"format {manifest.FORMAT}"
    yield f"part {container.CODE_NAME}"
    yield f"key of a bundle's code: {authentication.BUNDLE_INFO.decode()}"


def _iter_job_states() -> Iterator[str]:
    """Yield the states that jobs leave after a tip, and the names in them."""
    watched = ((Heartbeat, "heartbeat"), (AccessRecord, "access"), (DutyRecord, "duty reach"))
    places = ((BucketState, "pacing"), (HealthRecord, "health"), (reindex._ReindexPosition, "reindex place"), *watched)
    for kind, subject in places:
        yield from iter_encoded_names(kind, subject)
    with memory_app(clock=FixedClock(_NOW)) as app:
        officer = UnsafeLocalUsers(app).appoint("Officer", "hoa-lu", "tip_officer")
        app.tips.record_walk_in(officer, "words", unit="hoa-lu")
        app.worker.tick()
        app.worker.drain()
        states = [row for row in app.internals.context.storage.maintenance.dump() if isinstance(row, dumping.KeptState)]
        yield from (f"{row.owner} {row.name}" for row in states)


class _RecordedState:
    """An unencrypted adapter state for these checks; `values` contains the written values."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}
        self.leases: set[str] = set()

    def get(self, name: str) -> Remembered:
        value = self.values.get(name)
        return Remembered(0, b"") if value is None else Remembered(1, value)

    def put(self, name: str, value: bytes, expected: int, fence: Lease | None = None) -> bool:
        self.values[name] = value
        return True

    @contextmanager
    def lease(self, name: str, ttl: timedelta) -> Iterator[Lease | None]:
        self.leases.add(name)
        yield Lease(name, 1, _NOW + ttl)


@frozen
class _AnsweringZalo:
    """A substitute for Zalo that answers the calls of the code that writes adapter states."""

    name_limit: int = 30

    def ask(self, call: object) -> Any:
        return {"data": {"attachment_id": "upload"}}

    def refresh(self, refresh_token: str) -> TokenPair:
        return TokenPair(f"{refresh_token} next", "next")

    exchange = refresh

    def assets(self, kind: str) -> list[GroupAsset]:
        return [GroupAsset(id="asset", kind=kind)]

    def groups(self) -> list[GroupInfo]:
        return []

    def create(self, *arguments: Any) -> GroupInfo:
        return GroupInfo(id="group", name=str(arguments[0]))


def _iter_adapter_names() -> Iterator[str]:
    """Yield the names of the values that adapters store, and the keys in JSON values; the adapters' own code writes
    them.
    """
    state = _RecordedState()
    clock = FixedClock(_NOW)
    services = AdapterServices(clock=clock, ids=SeededIds(clock), state=state, blobs=(blobs := MemoryBlobs()))
    zalo: Any = _AnsweringZalo()
    TokenRefresher(services, zalo, "app", "oa").adopt(TokenPair("access", "refresh"))
    Revocation(state).record(_NOW)
    WebhookHeartbeat(state).record(_NOW)
    with state.lease("history person", timedelta(1)) as fence:
        assert fence is not None
        PositionStore(state, "person").put(ReadPosition(since=_NOW, read=_NOW, due=_NOW, began=_NOW), 0, fence)
    MultipartProgress(state).record_found("key", 2, "part")
    Uploader(zalo, services).upload(Attachment("image", "a.png", blob=blobs.put(b"\x89PNG\r\n\x1a\n")))
    GroupCreator(zalo, services).create("title", ["somebody"], "key")
    BotIdentity("1:x", state).learn("bot")
    for name, value in state.values.items():
        yield f"zalo {name}"
        yield from (f"zalo {name}: {path}" for path in _iter_paths(value))
    yield from (f"zalo lease {name}" for name in state.leases)


def _iter_paths(value: bytes) -> Iterator[str]:
    """Yield the keys of a JSON table, unless they are data; for another value, its first word or "text"."""
    try:
        content = json.loads(value)
    except ValueError:
        yield value.decode().partition(" ")[0] if b" " in value else "text"
        return
    if isinstance(content, Mapping):
        has_data_keys = all(isinstance(member, list) for member in content.values())
        yield from ("key -> list" if has_data_keys else name for name in content)
