"""A world with records of every kind, the secrets that no answer may contain, and the calls of each query."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from attrs import evolve, frozen
from tests.domain.calls import Call, args
from tests.domain.shared_work import found
from tests.domain.world import AUTHOR, CONVERSATION, GROUP, PIECE, RULED, SIGNED, TARGETS, World
from tests.operations.views import view_of_model
from tests.support.heads import heads_of_another

from anninh_core.app.backup.manifest import BACKUP, Manifest
from anninh_core.app.backup_notes import note_backup
from anninh_core.domain.content.kind import ITEM
from anninh_core.domain.conversations.model import CONVERSATION as CONVERSATION_KIND
from anninh_core.domain.groups.kind import GROUP as GROUP_KIND
from anninh_core.domain.groups.model import KeyPerson
from anninh_core.domain.moderation.states import ModerationAction
from anninh_core.domain.programme.own_plan import OWN_PLAN
from anninh_core.domain.retention.kind import PURGE_ORDER
from anninh_core.domain.units.chats import OFFICER_CHAT
from anninh_core.kernel.sentences import plain_text
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.read_session import Listing
from anninh_core.vocabulary.messages import Place

MANIFEST = Manifest(
    purpose=BACKUP,
    anninh="1",
    engine="memory",
    revision="",
    authority="hoa-lu",
    keys="mark",
    made_at=datetime(2021, 9, 1, tzinfo=UTC),
    content="cd" * 32,
    parts=(),
)
"""The manifest of an earlier backup."""
Bound = Callable[[Call], Callable[[Any], Any]]
"""Takes a verb and returns a function that calls it as an actor."""


def leaves(result: Any, *, opens_one: bool) -> Any:
    """Return an answer in the form that callers get."""
    if isinstance(result, Listing):
        return [result.cursor, *(leaves(item, opens_one=False) for item in result.items)]
    if isinstance(result, tuple | list):
        return [leaves(item, opens_one=False) for item in result]
    return view_of_model(result, opens_one=opens_one)


def texts(value: Any) -> Iterator[str]:
    """Yield every string in JSON data, without the names of fields."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (text for item in value for text in texts(item))
    elif isinstance(value, dict):
        yield from (text for item in value.values() for text in texts(item))


def records(world: World, kind: Kind[Any]) -> list[Any]:
    """Return all records of a kind."""
    scan = world.app.internals.context.storage.maintenance.scan(kind.name)
    return [world.app.internals.context.open_record(kind, record) for record in scan]


def secrets(world: World) -> set[str]:
    """Return the values that no answer may contain: chats, accounts, names of blobs, and hashes of codes and keys."""
    values = {CONVERSATION, AUTHOR, GROUP, *(chat for _, chat in TARGETS)}
    for conversation in records(world, CONVERSATION_KIND):
        values |= {conversation.id, conversation.address.id}
    for group in records(world, GROUP_KIND):
        values |= {group.conversation, group.address.id if group.address else ""} - world.app.district.units.keys()
    for chat in records(world, OFFICER_CHAT):
        values |= {chat.secret, chat.mark, chat.conversation}
    for item in records(world, ITEM):
        values |= {file.blob for version in item.versions for file in version.piece.attachments}
    values |= {plan.blob for plan in records(world, OWN_PLAN)}
    values |= {order.key_mark or "" for order in records(world, PURGE_ORDER)}
    return values - {""}


def find_secrets(secrets: set[str], answer: Any) -> set[str]:
    """Return the secrets that an answer contains; a short secret counts only as a whole string."""
    answer_texts = set(texts(msgspec.json.decode(msgspec.json.encode(answer, enc_hook=plain_text))))
    return {
        secret
        for secret in secrets
        if secret in answer_texts or (len(secret) > 5 and any(secret in text for text in answer_texts))
    }


@frozen
class Filled:
    """A world with records of every kind.

    Attributes:
        resident: conversation id of a resident who wrote.
        item, group, post, duty, difficulty, report, wish, officer: ids.
    """

    world: World
    resident: str
    item: str
    group: str
    post: str
    duty: str
    difficulty: str
    report: str
    wish: str
    officer: str


def fill(world: World) -> Filled:
    """Create records of every kind in a world."""
    app = world.app
    boss = world.boss
    world.failed()
    (resident,) = (
        conversation.id
        for conversation in records(world, CONVERSATION_KIND)
        if conversation.address.place is Place.PERSON
    )
    attachment = app.content.attach(boss, "hoa-lu", b"Danh sach", kind="file", name="danh sach.txt")
    item = world.published(attachments=(attachment,), title="Danh sách")
    app.content.sources.register(boss, "hoalu.gov.vn", "Trang huyện", "UBND huyện")
    world.approved_alone()
    app.content.correct(boss, item.id, evolve(PIECE, category="correction", replaces=item.id))
    group = world.active()
    app.groups.name_key_people(boss, group.id, [KeyPerson("party_cell_secretary", "Bí thư thử")])
    post = world.decided(able=False)
    app.programme.name_head(boss, "ninh-hoa", name="Người Thử", conversation=CONVERSATION)
    app.programme.issue_plan(boss, "ninh-hoa", number="12/KH", day=world.today, title="Kế hoạch", blob="ab" * 32)
    app.programme.hold_training(boss, "hoa-lu", topic="Nội quy", day=world.today, attendance={"ninh-hoa": 3})
    difficulty = world.answered_difficulty()
    world.inspection()
    world.campaign()
    report = world.signed()
    wish = world.wish()
    app.retention.hold(boss, f"tip:{world.tip().id}", reason="Tòa yêu cầu", review_on=date(2022, 1, 1))
    officer = world.bound_officer()
    app.units.begin_binding(boss, officer)
    app.audit.sign_head(boss)
    app.audit.receive_heads(boss, heads_of_another())
    note_backup(app.internals.context, MANIFEST.to_note())
    return Filled(
        world=world,
        resident=resident,
        item=item.id,
        group=group.id,
        post=post.id,
        duty=world.urged(),
        difficulty=difficulty.id,
        report=report.id,
        wish=wish,
        officer=officer,
    )


QUERIES: dict[str, Callable[[Filled], Bound]] = {
    "audit.check_checkpoint": lambda f: args(f.world.app.audit.checkpoint(f.world.boss).seq),
    "audit.check_records": lambda f: args(),
    "audit.heads": lambda f: args(),
    "audit.received_heads": lambda f: args("ninh-hai"),
    "audit.trail": lambda f: args(limit=10_000),
    "audit.verify": lambda f: args(),
    "content.can_do": lambda f: args(f.item),
    "content.collected.can_do": lambda f: args(found(f.world)),
    "content.audience": lambda f: args(f.item),
    "content.corrections": lambda f: args(f.item),
    "content.incomplete": lambda f: args(f.item),
    "content.get": lambda f: args(f.item),
    "content.collected.list": lambda f: args(),
    "content.collected.get": lambda f: args(found(f.world)),
    "content.ledger": lambda f: args(f.item),
    "content.list": lambda f: args(),
    "content.missing": lambda f: args(f.item),
    "content.preview": lambda f: args(f.item),
    "content.ready_answers": lambda f: args(),
    "content.published": lambda f: args(),
    "content.reviews_due": lambda f: args(),
    "content.search": lambda f: args("Danh sách"),
    "content.sources.get": lambda f: args("https://hoalu.gov.vn/tin"),
    "content.sources.list": lambda f: args(),
    "failures.postings": lambda f: args(),
    "failures.troubles": lambda f: args(),
    "quarantine.items": lambda f: (f.world.quarantined(), args())[1],
    "groups.can_do": lambda f: args(f.group),
    "groups.directory": lambda f: args(),
    "groups.find_for_resident": lambda f: args("Ninh Hòa"),
    "groups.get": lambda f: args(f.group),
    "groups.hygiene": lambda f: args(stale_days=0),
    "groups.list": lambda f: args(),
    "keys.status": lambda f: args(),
    "moderation.can_do": lambda f: args(f.post),
    "moderation.get": lambda f: args(f.post),
    "moderation.list": lambda f: args(),
    "moderation.tasks": lambda f: args(),
    "programme.can_do_about_difficulty": lambda f: args(f.difficulty),
    "programme.can_do_about_duty": lambda f: args(f.duty),
    "programme.campaigns": lambda f: args(),
    "programme.difficulties": lambda f: args(),
    "programme.difficulty": lambda f: args(f.difficulty),
    "programme.duties": lambda f: args(),
    "programme.duty": lambda f: args(f.duty),
    "programme.head": lambda f: args("ninh-hoa"),
    "programme.inspections": lambda f: args(),
    "programme.late": lambda f: (f.world.later(30), args())[1],
    "programme.plans": lambda f: args(),
    "programme.trainings": lambda f: args(),
    "reports.can_do": lambda f: args(f.report),
    "reports.consolidated": lambda f: args("roll-out", 2021),
    "reports.counter_drifts": lambda f: (f.world.drifted(), args())[1],
    "reports.figures": lambda f: args("hoa-lu", date(2021, 9, 1), date(2021, 9, 18), by_unit=True),
    "reports.file_name": lambda f: args(f.report),
    "reports.get": lambda f: args(f.report),
    "reports.late": lambda f: (f.world.later(30), args("roll-out", 2021))[1],
    "reports.newest": lambda f: args("roll-out", 2021, "ninh-hoa"),
    "reports.paper": lambda f: args(f.report),
    "reports.standing": lambda f: args("roll-out", 2021),
    "retention.erasure": lambda f: args(f.wish),
    "retention.erasures": lambda f: args(),
    "retention.holds": lambda f: args(),
    "retention.preview": lambda f: args(days=36_500, fate="waits"),
    "retention.preview_counts": lambda f: args(),
    "units.labels": lambda f: args(language="en"),
    "units.whoami": lambda f: args(),
    "units.names": lambda f: args(unit_ids=["ninh-hoa"], officer_ids=[f.officer]),
    "units.officer": lambda f: args(f.officer),
    "units.officers": lambda f: args("ninh-hoa"),
    "system.backups": lambda f: args(),
    "system.health": lambda f: args(),
}
"""Query -> call for which it has a result."""


JOINED: dict[str, Callable[[World], Bound]] = {
    "content.publish": lambda w: (w.active(), args(w.approved().id))[1],
    "content.submit": lambda w: args(w.item().id),
    "failures.confirm_posted": lambda w: args(w.failed()),
    "groups.create": lambda w: args(w.planned().id, "oa"),
    "groups.found": lambda w: args("ninh-hoa", kind="commune", title="Nhóm Thử", messenger="oa"),
    "groups.link_group": lambda w: args(w.planned().id, "oa", platform_id="group-of-ninh-hoa"),
    "groups.render_directory": lambda w: (w.active(), args())[1],
    "moderation.decide": lambda w: args(w.post().id, ModerationAction.REMIND, **RULED),
    "moderation.decide_appeal": lambda w: args(w.appealed().id, True, "Giữ nguyên"),
    "reports.accept": lambda w: args(w.signed().id),
    "reports.give_back": lambda w: args(w.signed().id, "Thiếu lời"),
    "reports.submit": lambda w: args(w.begun().id, **SIGNED),
    "retention.erase": lambda w: args(w.wish(), rule="Điều 16", reason="Có quyền"),
    "retention.purge": lambda w: (w.purgeable(), args())[1],
    "units.hand_over": lambda w: args(w.officer("tip_officer"), to={"all": w.officer("tip_officer")}),
    "units.revoke": lambda w: args(w.officer("editor"), "editor", "ninh-hoa", last_day=w.today),
}
"""Command of several modules -> preparation of a world in which the command is possible."""
