"""A test world with records of every kind, the secrets that no answer may contain, and a call of each query."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from attrs import evolve, frozen
from tests.domain.calls import Call, bind_arguments
from tests.domain.shared_work import found_piece
from tests.domain.world import AUTHOR, CONVERSATION, GROUP, PIECE, RULED, SIGNED, TARGETS, World
from tests.operations.views import build_view
from tests.support.heads import build_foreign_head_file

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
from anninh_core.kernel.sentences import encode_sentence
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
"""The manifest of a backup that was made earlier."""
Bound = Callable[[Call], Callable[[Any], Any]]
"""Function that takes a verb and returns a function that calls the verb as an actor."""


def build_caller_answer(result: Any, *, opens_one: bool) -> Any:
    """Return an answer in the form that external callers get."""
    if isinstance(result, Listing):
        return [result.cursor, *(build_caller_answer(item, opens_one=False) for item in result.items)]
    if isinstance(result, tuple | list):
        return [build_caller_answer(item, opens_one=False) for item in result]
    return build_view(result, opens_one=opens_one)


def iter_strings(value: Any) -> Iterator[str]:
    """Yield every string value in JSON data; names of fields are left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (text for item in value for text in iter_strings(item))
    elif isinstance(value, dict):
        yield from (text for item in value.values() for text in iter_strings(item))


def read_records(world: World, kind: Kind[Any]) -> list[Any]:
    """Return all records of a kind."""
    scan = world.app.internals.context.storage.maintenance.scan(kind.name)
    return [world.app.internals.context.open_record(kind, record) for record in scan]


def collect_secrets(world: World) -> set[str]:
    """Return the values that no answer may contain: chats, accounts, names of blobs, and hashes of codes and keys."""
    values = {CONVERSATION, AUTHOR, GROUP, *(chat for _, chat in TARGETS)}
    for conversation in read_records(world, CONVERSATION_KIND):
        values |= {conversation.id, conversation.address.id}
    for group in read_records(world, GROUP_KIND):
        values |= {group.conversation, group.address.id if group.address else ""} - world.app.district.units.keys()
    for chat in read_records(world, OFFICER_CHAT):
        values |= {chat.secret, chat.mark, chat.conversation}
    for item in read_records(world, ITEM):
        values |= {file.blob for version in item.versions for file in version.piece.attachments}
    values |= {plan.blob for plan in read_records(world, OWN_PLAN)}
    values |= {order.key_mark or "" for order in read_records(world, PURGE_ORDER)}
    return values - {""}


def find_secrets(secrets: set[str], answer: Any) -> set[str]:
    """Return the secrets that an answer contains; a short secret counts only as a whole string."""
    answer_texts = set(iter_strings(msgspec.json.decode(msgspec.json.encode(answer, enc_hook=encode_sentence))))
    return {
        secret
        for secret in secrets
        if secret in answer_texts or (len(secret) > 5 and any(secret in text for text in answer_texts))
    }


@frozen
class FilledWorld:
    """A world with records of every kind, and the ids of some of them.

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


def fill_world(world: World) -> FilledWorld:
    """Create records of every kind in a world, and return the world with the ids of the records."""
    app = world.app
    boss = world.boss
    world.failed()
    (resident,) = (
        conversation.id
        for conversation in read_records(world, CONVERSATION_KIND)
        if conversation.address.place is Place.PERSON
    )
    attachment = app.content.attach(boss, "hoa-lu", b"Danh sach", kind="file", name="danh sach.txt")
    item = world.published_item(attachments=(attachment,), title="Danh sách")
    app.content.sources.register(boss, "hoalu.gov.vn", "Trang huyện", "UBND huyện")
    world.urgently_approved_item()
    app.content.correct(boss, item.id, evolve(PIECE, category="correction", replaces=item.id))
    group = world.active_group()
    app.groups.name_key_people(boss, group.id, [KeyPerson("party_cell_secretary", "Bí thư thử")])
    post = world.decided_post(able=False)
    app.programme.name_head(boss, "ninh-hoa", name="Người Thử", conversation=CONVERSATION)
    app.programme.issue_plan(boss, "ninh-hoa", number="12/KH", day=world.today, title="Kế hoạch", blob="ab" * 32)
    app.programme.hold_training(boss, "hoa-lu", topic="Nội quy", day=world.today, attendance={"ninh-hoa": 3})
    difficulty = world.answered_difficulty()
    world.inspection()
    world.campaign()
    report = world.signed_report()
    wish = world.erasure_request()
    app.retention.hold(boss, f"tip:{world.tip().id}", reason="Tòa yêu cầu", review_on=date(2022, 1, 1))
    officer = world.bound_officer()
    app.units.begin_binding(boss, officer)
    app.audit.sign_head(boss)
    app.audit.receive_heads(boss, build_foreign_head_file())
    note_backup(app.internals.context, MANIFEST.to_note())
    return FilledWorld(
        world=world,
        resident=resident,
        item=item.id,
        group=group.id,
        post=post.id,
        duty=world.urged_duty(),
        difficulty=difficulty.id,
        report=report.id,
        wish=wish,
        officer=officer,
    )


QUERIES: dict[str, Callable[[FilledWorld], Bound]] = {
    "audit.check_checkpoint": lambda f: bind_arguments(f.world.app.audit.checkpoint(f.world.boss).seq),
    "audit.check_records": lambda f: bind_arguments(),
    "audit.heads": lambda f: bind_arguments(),
    "audit.received_heads": lambda f: bind_arguments("ninh-hai"),
    "audit.trail": lambda f: bind_arguments(limit=10_000),
    "audit.verify": lambda f: bind_arguments(),
    "content.can_do": lambda f: bind_arguments(f.item),
    "content.collected.can_do": lambda f: bind_arguments(found_piece(f.world)),
    "content.audience": lambda f: bind_arguments(f.item),
    "content.corrections": lambda f: bind_arguments(f.item),
    "content.incomplete": lambda f: bind_arguments(f.item),
    "content.get": lambda f: bind_arguments(f.item),
    "content.collected.list": lambda f: bind_arguments(),
    "content.collected.get": lambda f: bind_arguments(found_piece(f.world)),
    "content.ledger": lambda f: bind_arguments(f.item),
    "content.list": lambda f: bind_arguments(),
    "content.missing": lambda f: bind_arguments(f.item),
    "content.preview": lambda f: bind_arguments(f.item),
    "content.ready_answers": lambda f: bind_arguments(),
    "content.published": lambda f: bind_arguments(),
    "content.reviews_due": lambda f: bind_arguments(),
    "content.search": lambda f: bind_arguments("Danh sách"),
    "content.sources.get": lambda f: bind_arguments("https://hoalu.gov.vn/tin"),
    "content.sources.list": lambda f: bind_arguments(),
    "failures.postings": lambda f: bind_arguments(),
    "failures.troubles": lambda f: bind_arguments(),
    "quarantine.items": lambda f: (f.world.quarantined_row(), bind_arguments())[1],
    "groups.can_do": lambda f: bind_arguments(f.group),
    "groups.directory": lambda f: bind_arguments(),
    "groups.find_for_resident": lambda f: bind_arguments("Ninh Hòa"),
    "groups.get": lambda f: bind_arguments(f.group),
    "groups.hygiene": lambda f: bind_arguments(stale_days=0),
    "groups.list": lambda f: bind_arguments(),
    "keys.status": lambda f: bind_arguments(),
    "moderation.can_do": lambda f: bind_arguments(f.post),
    "moderation.get": lambda f: bind_arguments(f.post),
    "moderation.list": lambda f: bind_arguments(),
    "moderation.tasks": lambda f: bind_arguments(),
    "programme.can_do_about_difficulty": lambda f: bind_arguments(f.difficulty),
    "programme.can_do_about_duty": lambda f: bind_arguments(f.duty),
    "programme.campaigns": lambda f: bind_arguments(),
    "programme.difficulties": lambda f: bind_arguments(),
    "programme.difficulty": lambda f: bind_arguments(f.difficulty),
    "programme.duties": lambda f: bind_arguments(),
    "programme.duty": lambda f: bind_arguments(f.duty),
    "programme.head": lambda f: bind_arguments("ninh-hoa"),
    "programme.inspections": lambda f: bind_arguments(),
    "programme.late": lambda f: (f.world.advance_days(30), bind_arguments())[1],
    "programme.plans": lambda f: bind_arguments(),
    "programme.trainings": lambda f: bind_arguments(),
    "reports.can_do": lambda f: bind_arguments(f.report),
    "reports.consolidated": lambda f: bind_arguments("roll-out", 2021),
    "reports.counter_drifts": lambda f: (f.world.store_drifted_counter(), bind_arguments())[1],
    "reports.figures": lambda f: bind_arguments("hoa-lu", date(2021, 9, 1), date(2021, 9, 18), by_unit=True),
    "reports.file_name": lambda f: bind_arguments(f.report),
    "reports.get": lambda f: bind_arguments(f.report),
    "reports.late": lambda f: (f.world.advance_days(30), bind_arguments("roll-out", 2021))[1],
    "reports.newest": lambda f: bind_arguments("roll-out", 2021, "ninh-hoa"),
    "reports.paper": lambda f: bind_arguments(f.report),
    "reports.standing": lambda f: bind_arguments("roll-out", 2021),
    "retention.erasure": lambda f: bind_arguments(f.wish),
    "retention.erasures": lambda f: bind_arguments(),
    "retention.holds": lambda f: bind_arguments(),
    "retention.preview": lambda f: bind_arguments(days=36_500, fate="waits"),
    "retention.preview_counts": lambda f: bind_arguments(),
    "units.labels": lambda f: bind_arguments(language="en"),
    "units.whoami": lambda f: bind_arguments(),
    "units.names": lambda f: bind_arguments(unit_ids=["ninh-hoa"], officer_ids=[f.officer]),
    "units.officer": lambda f: bind_arguments(f.officer),
    "units.officers": lambda f: bind_arguments("ninh-hoa"),
    "system.backups": lambda f: bind_arguments(),
    "system.health": lambda f: bind_arguments(),
}
"""Name of a query -> function that returns the call for which the query has a result."""


JOINED: dict[str, Callable[[World], Bound]] = {
    "content.publish": lambda w: (w.active_group(), bind_arguments(w.approved_item().id))[1],
    "content.submit": lambda w: bind_arguments(w.item().id),
    "failures.confirm_posted": lambda w: bind_arguments(w.failed()),
    "groups.create": lambda w: bind_arguments(w.planned_group().id, "oa"),
    "groups.establish": lambda w: bind_arguments("ninh-hoa", kind="commune", title="Nhóm Thử", messenger="oa"),
    "groups.link_group": lambda w: bind_arguments(w.planned_group().id, "oa", platform_id="group-of-ninh-hoa"),
    "groups.render_directory": lambda w: (w.active_group(), bind_arguments())[1],
    "moderation.decide": lambda w: bind_arguments(w.post().id, ModerationAction.REMIND, **RULED),
    "moderation.decide_appeal": lambda w: bind_arguments(w.appealed_post().id, True, "Giữ nguyên"),
    "reports.accept": lambda w: bind_arguments(w.signed_report().id),
    "reports.give_back": lambda w: bind_arguments(w.signed_report().id, "Thiếu lời"),
    "reports.submit": lambda w: bind_arguments(w.begun_report().id, **SIGNED),
    "retention.erase": lambda w: bind_arguments(w.erasure_request(), rule="Điều 16", reason="Có quyền"),
    "retention.purge": lambda w: (w.purgeable_case(), bind_arguments())[1],
    "units.hand_over": lambda w: bind_arguments(w.officer("tip_officer"), to={"all": w.officer("tip_officer")}),
    "units.revoke": lambda w: bind_arguments(w.officer("editor"), "editor", "ninh-hoa", last_day=w.today),
}
"""Name of a command that involves several modules -> function that prepares a world in which the command is
possible.
"""
