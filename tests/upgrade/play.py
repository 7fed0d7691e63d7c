"""Simulates five months of an office's work and records what its officers see: `python -m tests.upgrade.play FOLDER`.

Run with the code of a revision, it writes to the folder a store of that revision, a backup of it, and what the officers
saw.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from attrs import frozen

from anninh_core.app import App, Parts, Settings, open_app
from anninh_core.app.backup.backup import back_up
from anninh_core.domain.identity.states import IdentityField
from anninh_core.domain.tips import Tip, TipState
from anninh_core.kernel.dates import VIETNAM
from anninh_core.operations import OperationGateway
from anninh_core.ports.storages.storage import Storage
from anninh_core.profile import load_profile
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger, SeededIds
from anninh_core.testing.apps import CHEAP
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase import Actor
from anninh_core.usecase.actor import person
from anninh_core.vocabulary.messages import Attachment
from anninh_storage import LocalBlobs, LocalKeys, SqliteStorage

START = datetime(2021, 9, 1, 8, tzinfo=VIETNAM)
TITLE = "Nhóm Zalo An ninh xã Ninh Hòa"
RESIDENTS = ("Thử Văn An", "Thử Văn Bình", "Thử Thị Cúc", "Thử Văn Dũng", "Thử Thị Em", "Thử Văn Giang")
ERASED = "Thử Văn Hùng"
_DAY = timedelta(days=1)
_ROLES = (
    *("tip_officer", "tip_supervisor", "board_admin", "report_officer", "moderator", "operator", "data_officer"),
    *("identity_custodian", "standing_officer"),
)


@frozen
class Officers:
    """The ids of the three officers.

    Attributes:
        boss: has every role on the district.
        second: decides what the first officer requests.
        local: handles the tips of one commune.
    """

    boss: str
    second: str
    local: str

    @property
    def actors(self) -> Mapping[str, Actor]:
        """Name of an officer's part in the simulation -> the officer."""
        return {"boss": person(self.boss), "second": person(self.second), "local": person(self.local)}


def open_store(folder: Path, clock: FixedClock, storage: Storage | None = None) -> App:
    """Open the app on the store in `folder`; its ids continue from the clock's time."""
    parts = Parts(
        storage=storage or SqliteStorage(f"sqlite:///{folder / 'anninh.db'}"),
        keys=LocalKeys(folder / "anninh.keys", create=True),
        blobs=LocalBlobs(folder / "blobs"),
        clock=clock,
        ids=SeededIds(clock, int(clock.now().timestamp())),
        messengers={"oa": MockMessenger.on(MockChat(clock, folder / "chat.jsonl"))},
        passwords=CHEAP,
    )
    return open_app(load_profile("hoa_lu_2021"), Settings(), parts)


def play(folder: Path) -> tuple[Officers, datetime]:
    """Simulate the five months in an empty folder; return the officers and the time at the end."""
    clock = FixedClock(START)
    with open_store(folder, clock) as app:
        cast = _appoint_officers(app)
        boss = person(cast.boss)
        group = app.groups.establish(boss, "ninh-hoa", kind="commune", title=TITLE, messenger="oa")
        app.groups.seat(boss, group.id, "owner", officer=boss.id, name="Cán bộ Một")
        app.groups.launch(boss, group.id)
        dialog = Dialog.over(app)
        photo = Attachment("image", "a.png", url=MockMessenger.of(app).chat.file(b"the same picture"))
        for month in range(5):
            for number, name in enumerate((*RESIDENTS, ERASED)):
                clock.advance(timedelta(hours=5, minutes=7 * number))
                dialog.says(name, f"Tình hình xóm {number} tháng {month} thế nào các bác", to=TITLE)
                clock.advance(timedelta(minutes=3 + number))
                if month % 2 == 0:
                    files = [photo] if month == 0 else []
                    dialog.says(
                        name, f"Đêm qua nhà tôi bị mất trộm xe máy lần {month}, xóm {number}", attachments=files
                    )
                elif number % 2:
                    dialog.says(name, "Làm căn cước công dân ở đâu, cần giấy tờ gì?")
                else:
                    dialog.says(name, "chúc mừng năm mới")
            dialog.says(RESIDENTS[month], "Xem hình này", to=TITLE, attachments=[photo])
            app.worker.tick()
            _process_month(app, cast, month)
            clock.advance(_DAY * 28)
            app.worker.tick()
            app.worker.drain()
        _erase_and_purge(app, cast, clock)
        return cast, clock.now()


def _appoint_officers(app: App) -> Officers:
    users = UnsafeLocalUsers(app)
    boss, second = (users.appoint(name, "hoa-lu", *_ROLES) for name in ("Cán bộ Một", "Cán bộ Hai"))
    return Officers(boss.id, second.id, users.appoint("Cán bộ Ba", "ninh-hoa", "tip_officer").id)


def _process_month(app: App, cast: Officers, month: int) -> None:
    """Settle all but the last of the month's tips; in the third month also put a hold on a case and disclose an
    identity.
    """
    boss = person(cast.boss)
    tips = [tip for tip in _list_tips(app, boss) if tip.state is TipState.RECEIVED]
    for tip in tips[:-1]:
        app.tips.triage(boss, tip.id, unit="ninh-hoa", category="crime", urgency="ordinary")
        app.tips.assign(boss, tip.id, unit="ninh-hoa", officers=[cast.local])
        app.tips.settle(boss, tip.id, TipState.RESOLVED, answer="Đã xử lý xong.", reason="handled")
        app.tips.answer(boss, tip.id)
    app.worker.drain()
    if month == 2:
        first, other = [tip for tip in _list_tips(app, boss) if not tip.is_open][:2]
        app.retention.hold(
            boss, f"tip:{first.id}", reason="CV 12", review_on=app.internals.context.clock.now().date() + _DAY * 400
        )
        asked = app.identity.request_identity(
            boss, f"tip:{other.id}", field=IdentityField.NAME, purpose="Xác minh tin", ground="CV 13"
        )
        app.identity.approve_identity(person(cast.second), asked.id, reason="Đúng thẩm quyền")


def _erase_and_purge(app: App, cast: Officers, clock: FixedClock) -> None:
    """Let a resident request erasure, purge a case, and let thirty days pass so that the retention job purges old
    talk.
    """
    boss = person(cast.boss)
    dialog = Dialog.over(app)
    dialog.says(ERASED, "Tôi muốn xóa dữ liệu của tôi")
    purged = [tip for tip in _list_tips(app, boss) if not tip.is_open][-1]
    app.retention.order_purge(boss, f"tip:{purged.id}", reason="request")
    for _ in range(3):
        clock.advance(_DAY * 10)
        app.worker.tick()
        app.worker.drain()
    app.retention.purge(boss)
    app.audit.sign_head(boss)


def _list_tips(app: App, actor: Actor) -> list[Tip]:
    return list(app.tips.list(actor, limit=200).items)


def collect_views(app: App, cast: Officers) -> Mapping[str, object]:
    """Return what the officers see, without versions: lists, cases with their history, and figures."""
    return dict(_iter_views(app, cast))


def _iter_views(app: App, cast: Officers) -> Iterator[tuple[str, object]]:
    gateway = OperationGateway(app)
    for label, actor in cast.actors.items():

        def call_operation(name: str, actor: Actor = actor, **arguments: object) -> object:
            return _call_without_versions(gateway, actor, name, arguments)

        yield f"{label} tips", call_operation("tips.list", limit=200)
        yield f"{label} unassigned", call_operation("conversations.unassigned", limit=200)
        for tip in sorted(_list_tips(app, actor), key=lambda tip: tip.id):
            yield f"{label} {tip.id}", call_operation("tips.get", tip_id=tip.id)
            yield f"{label} {tip.id} history", call_operation("conversations.history", case=f"tip:{tip.id}", limit=200)
            yield f"{label} {tip.id} timeline", call_operation("tips.timeline", tip_id=tip.id)
            if label != "local":
                yield (
                    f"{label} {tip.id} same reporter",
                    call_operation("tips.from_same_reporter", tip_id=tip.id, limit=200),
                )
                yield f"{label} {tip.id} false before", call_operation("tips.count_false_before", tip_id=tip.id)
    boss = person(cast.boss)
    for name, arguments in (
        ("inquiries.list", {"limit": 200}),
        ("moderation.list", {"limit": 200}),
        ("retention.erasures", {}),
        ("retention.preview_counts", {"days": 4000}),
        ("identity.disclosures", {}),
        ("reports.figures", {"unit": "hoa-lu", "start": "2021-08-01", "end": "2022-06-30"}),
    ):
        yield name, _call_without_versions(gateway, boss, name, arguments)


def _call_without_versions(
    gateway: OperationGateway, actor: Actor, name: str, arguments: Mapping[str, object]
) -> object:
    """Return the answer of an operation in its JSON form, without versions, because a rewrite of the records increases
    them.
    """
    answer = gateway.call(actor, name, gateway.decode(name, msgspec.json.encode(arguments)))
    return _remove_versions(msgspec.json.decode(msgspec.json.encode(answer, enc_hook=str)))


def _remove_versions(value: object) -> object:
    if isinstance(value, dict):
        return {key: _remove_versions(item) for key, item in value.items() if key not in ("version", "seen_version")}
    return [*map(_remove_versions, value)] if isinstance(value, list) else value


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True)
    officers, ended = play(target)
    with open_store(target, FixedClock(ended)) as opened:
        back_up(opened, officers.actors["boss"], target / "before.backup")
        seen = {"at": ended.isoformat(), "boss": officers.boss, "second": officers.second, "local": officers.local}
        (target / "seen.json").write_text(
            json.dumps({**seen, "answers": collect_views(opened, officers)}, ensure_ascii=False)
        )
