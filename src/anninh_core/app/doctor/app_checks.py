"""Checks of an open app: its clock, keys, journal, queues, failure desk and messengers."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

from anninh_core.app.app import App
from anninh_core.app.demo_clock import DemoClock
from anninh_core.app.durations import format_span
from anninh_core.app.faults import check_access, check_worker
from anninh_core.app.health import get_health_checks
from anninh_core.app.queue_age import QueueAge, elapsed_since
from anninh_core.domain.audit.chain import verify_chain
from anninh_core.domain.audit.heads.key_keeper_notes import find_break
from anninh_core.domain.audit.heads.kind import JOURNAL_HEAD
from anninh_core.domain.audit.heads.model import BreakReason
from anninh_core.domain.quarantine.reading import count_quarantined
from anninh_core.domain.retention.erasures import PENDING_STATES
from anninh_core.domain.retention.kind import ERASURE
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import DecryptionError
from anninh_core.kernel.sentences import Sentence
from anninh_core.messaging.inbound.unreadable import UnreadableEvents
from anninh_core.ports.health import Check, ok, problem, warning
from anninh_core.ports.keys import NotesHeads
from anninh_core.ports.messengers.messenger import ABILITIES, Messenger
from anninh_core.ports.storages.changes import GENESIS, Record, entry_from
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.encryption.encryptor import skip_damaged
from anninh_core.vocabulary.delivery import Lane

_CLOCK_TOLERANCE = timedelta(minutes=2)
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_CHAIN_TAIL = 1000
_LAST_HEADS = 50
_LOST_NOTE_SHOWN = timedelta(days=14)
_SAMPLES = 20
_MANY = 100
# For each lane: the waiting time of its oldest row that causes a warning, and the one that is a problem.
_QUEUE_LIMITS: Mapping[str, tuple[timedelta, timedelta]] = {
    "inbox": (10 * _MINUTE, _HOUR),
    Lane.EMERGENCY: (2 * _MINUTE, 10 * _MINUTE),
    Lane.REPLY: (10 * _MINUTE, _HOUR),
    Lane.BROADCAST: (_HOUR, _DAY),
    Lane.MEDIA: (_HOUR, _DAY),
}
_FAILURE_LIMITS = (_DAY, 7 * _DAY)
_ERASURE_LIMITS = (2 * _DAY, 15 * _DAY)


def check_demo(app: App) -> Iterator[Check]:
    """Warn if the app is a demo, with the time of its own clock."""
    clock = app.internals.context.clock
    if isinstance(clock, DemoClock):
        what = Sentence("This is a demo, and its own clock shows {time} (Vietnam time).", time=clock.now())
        yield warning("demo", what, "Enter no real data here; `anninh init DIR` makes a folder for real work.")


def check_journal_time(app: App) -> Check:
    """Check that the newest journal entry isn't in the future according to the clock."""
    now = app.internals.context.clock.now()
    (seq, _) = app.internals.context.storage.journal.head()
    newest = (
        [entry_from(line.content).at for line in app.internals.context.storage.journal.read(seq - 1, 1)] if seq else []
    )
    if newest and newest[0] > now + _CLOCK_TOLERANCE:
        what = Sentence(
            "The clock is {span} behind the newest entry of the audit log.",
            span=format_span(newest[0] - now),
        )
        return problem("clock", what, "Set the clock (NTP): deadlines and the order of the audit log depend on it.")
    return ok("clock", "No entry of the audit log is in the future.")


def check_profile_in_force(app: App) -> Check:
    """Check that the clock isn't before the day on which the profile comes into force."""
    today = local_date(app.internals.context.clock.now())
    if today < app.district.valid_from:
        what = Sentence(
            "According to the clock, today is {day}, but the profile comes into force only on {first_day}.",
            day=today,
            first_day=app.district.valid_from,
        )
        return warning("clock", what, "Set the clock, or wait until that day.")
    return ok("clock", "The profile is in force.")


def check_chain_end(app: App) -> Check:
    """Check the hash chain of the last thousand lines of the journal; `--deep` checks all lines."""
    journal = app.internals.context.storage.journal
    seq, _ = journal.head()
    after = max(0, seq - _CHAIN_TAIL)
    trusted = journal.read(after - 1, 1)[0].hash if after else GENESIS
    verdict = verify_chain(journal.read(after, _CHAIN_TAIL), after=after, hash=trusted)
    if not verdict.ok:
        what = Sentence("The audit log is broken at line {line}: {reason}.", line=verdict.broken_at, reason=verdict.why)
        return problem(
            "journal",
            what,
            "Leave the files as they are; compare them with a backup and with heads that were kept elsewhere.",
        )
    return ok(
        "journal",
        Sentence(
            "The last {count:,} of the audit log's {total:,} lines form an unbroken chain.",
            count=seq - after,
            total=seq,
        ),
    )


def check_journal_end_note(app: App) -> Check:
    """Check that the journal has the last line that the key store noted, and that this note wasn't missing recently."""
    name = "journal"
    if not isinstance(app.internals.context.keys, NotesHeads):
        return ok(name, "The key store keeps no note of where the audit log ends.")
    journal_break = find_break(app.internals.context)
    if journal_break is not None and journal_break.reason is BreakReason.UNNOTED:
        what = Sentence(
            "The note of where the audit log ended is missing, so this may be an older copy of the storage."
        )
        return problem(
            name, what, "Compare the audit log with heads that were kept elsewhere: `anninh audit verify --heads FILE`."
        )
    if journal_break is not None:
        what = Sentence(
            "The audit log lacks line {line:,} as it was noted outside of the log.", line=journal_break.seen_seq
        )
        return problem(name, what, "Leave the files as they are, and run `anninh audit verify`.")
    lost_at = _find_note_loss_time(app)
    if lost_at is not None:
        what = Sentence("At {time}, the note of where the audit log ended was missing.", time=lost_at)
        return problem(
            name, what, "Compare the audit log with heads that were kept elsewhere: `anninh audit verify --heads FILE`."
        )
    return ok(name, "The audit log has the line that was noted outside of it.")


def _find_note_loss_time(app: App) -> datetime | None:
    """Return the time when the key store's note of the journal's end was last missing, or None if that wasn't in the
    last 14 days.
    """
    page = app.internals.context.storage.records.find(Find(kind=JOURNAL_HEAD.name, order="newest", limit=_LAST_HEADS))
    for head in filter(None, map(JOURNAL_HEAD.read_unsealed, page.records)):
        is_late = app.internals.context.clock.now() - head.at > _LOST_NOTE_SHOWN
        if head.continues is not None and head.continues.reason is BreakReason.UNNOTED and not is_late:
            return head.at
    return None


def check_quarantine(app: App) -> Check:
    """Check that nothing is quarantined because the program couldn't process it."""
    count = count_quarantined(app.internals.context.storage.records)
    if count:
        what = Sentence(
            "{count:,} records or audit log entries are quarantined because the program can't process them.",
            count=count,
        )
        return warning("quarantine", what, "Check what they block: `anninh quarantine list`.")
    return ok("quarantine", "Nothing is quarantined.")


def check_decryption(app: App) -> Check:
    """Check with a sample that the keys decrypt stored records."""
    context = app.internals.context
    for record in _iter_sealed(app):
        try:
            context.encryptor.decrypt_record(record)
        except DecryptionError as error:
            what = Sentence(
                "The {kind:record} {id!r} can't be opened. {reason}", kind=record.kind, id=record.id, reason=error
            )
            return problem("keys", what, "Put the right key file back, or restore the storage from a backup.")
        return ok("keys", "The keys open the stored data.")
    return ok("keys", "No sealed record is stored yet.")


def _iter_sealed(app: App) -> Iterator[Record]:
    """Yield up to 20 encrypted records per kind, without those purged by destroying their key."""
    maintenance = app.internals.context.storage.maintenance
    keyring = app.internals.context.storage.keyring
    for kind in maintenance.kinds():
        for record in islice(maintenance.scan(kind, batch=_SAMPLES), _SAMPLES):
            if record.scope and keyring.get(record.scope) is not None:
                yield record


def check_queues(app: App) -> Sequence[Check]:
    """Check that nothing has waited too long, which would show that no worker runs or a platform is unreachable."""
    now = app.internals.context.clock.now()
    queue_age = QueueAge.of(app.internals.context.storage.queues, now)
    oldest = {"inbox": queue_age.inbox, **{str(lane): since for lane, since in queue_age.outbox.items()}}
    checks = [_check_wait(lane, elapsed_since(since, now)) for lane, since in oldest.items()]
    return [check for check in checks if check] or [ok("queues", "Nothing has waited too long.")]


def _check_wait(lane: str, waited: timedelta) -> Check | None:
    warning_after, problem_after = _QUEUE_LIMITS[lane]
    if waited <= warning_after:
        return None
    what = Sentence("The oldest event has waited for {span}.", span=format_span(waited))
    if lane != "inbox":
        what = Sentence(
            "The oldest message in lane {lane} has waited for {span}.",
            lane=Lane(lane),
            span=format_span(waited),
        )
    todo = Sentence("Check that `anninh work` runs, and read its log.")
    return problem("queues", what, todo) if waited > problem_after else warning("queues", what, todo)


def check_worker_notes(app: App) -> Iterator[Check]:
    """Check that a worker finishes its rounds and that the platforms accept its calls, from the worker's notes."""
    states = app.internals.context.storage.states
    now = app.internals.context.clock.now()
    yield check_worker(states, now, app.internals.watch_settings.silence)
    for instance in app.internals.messengers:
        yield from check_access(states, instance, now)


def check_failures(app: App) -> Check:
    """Check how many messages and events wait for a person, and how long."""
    row_queues = app.internals.context.storage.queues
    now = app.internals.context.clock.now()
    backlog = row_queues.standing()
    if not backlog.count:
        return ok("failures", "Everything was processed and delivered.")
    oldest = elapsed_since(backlog.since, now)
    what = Sentence(
        "{count:,} messages or events wait for a person, the oldest for {span}.",
        count=backlog.count,
        span=format_span(oldest),
    )
    todo = Sentence("Handle them one by one: {act:failures.troubles} lists them.")
    warning_after, problem_after = _FAILURE_LIMITS
    if oldest > problem_after:
        return problem("failures", what, todo)
    return warning("failures", what, todo) if oldest > warning_after or backlog.count > _MANY else ok("failures", what)


def check_unreadable_events(app: App) -> Sequence[Check]:
    """Check that the adapters could read today's events."""
    unreadable = UnreadableEvents(app.internals.context)
    counts = {messenger: unreadable.count(messenger) for messenger in app.internals.messengers}
    checks = [_check_unreadable(messenger, count, unreadable.limit) for messenger, count in counts.items() if count]
    return checks or [ok("events", "All of today's events could be read.")]


def _check_unreadable(messenger: str, count: int, limit: int) -> Check:
    todo = Sentence(
        "Upgrade or correct the adapter, restart, then process the events again: {act:failures.troubles} lists them."
    )
    if count < limit:
        return warning(
            "events",
            Sentence(
                "The adapter of messenger {messenger!r} couldn't read {count:,} of today's events.",
                messenger=messenger,
                count=count,
            ),
            todo,
        )
    what = Sentence(
        "The adapter of messenger {messenger!r} couldn't read {count:,} of today's events, so further "
        "unreadable events are refused until tomorrow.",
        messenger=messenger,
        count=count,
    )
    return problem("events", what, todo)


def check_erasures(app: App) -> Check:
    """Check that no request for erasure has waited too long for a decision.

    Decree 356/2025, according to secondary sources, requires confirmation within 2 working days and erasure within 15
    days.
    """
    records = app.internals.context.storage.records
    now = app.internals.context.clock.now()
    pending = records.find(
        Find(kind=ERASURE.name, order="oldest", where={"state": PENDING_STATES}, limit=_MANY)
    ).records
    if not pending:
        return ok("people", "No request for erasure is waiting.")
    oldest = max(erasure.age(now) for erasure in app.internals.context.iter_readable(ERASURE, pending, skip_damaged))
    what = Sentence("A person's request for erasure has waited for {span}.", span=format_span(oldest))
    todo = Sentence("An operator must decide: {act:retention.erasures} lists the requests.")
    warning_after, problem_after = _ERASURE_LIMITS
    if oldest > problem_after:
        return problem("people", what, todo)
    return warning("people", what, todo) if oldest > warning_after else ok("people", what)


def check_messengers(app: App) -> Iterator[Check]:
    """Check that each messenger can send to people or groups, and include its own health checks."""
    for instance, messenger in app.internals.messengers.items():
        yield _check_reachability(instance, messenger)
        for check in get_health_checks(messenger):
            yield Check(f"{instance} {check.name}", check.level, check.what, check.todo)


def _check_reachability(instance: str, messenger: Messenger) -> Check:
    abilities = [ability for ability in ABILITIES if messenger.capabilities.can(ability)]
    if not {"send_person", "send_group"} & set(abilities):
        what = Sentence(
            "Messenger {messenger!r} can send messages neither to people nor to groups.", messenger=instance
        )
        return problem("messengers", what, "Choose another type for it, or remove it from the settings.")
    return ok(
        "messengers",
        Sentence(
            "Messenger {messenger!r} can {abilities}.",
            messenger=instance,
            abilities=", ".join(abilities).replace("_", " "),
        ),
    )


def check_files(app: App) -> Iterator[Check]:
    """Check that files can be cleaned on this machine, and that the scanner, if configured, answers."""
    inspector = app.internals.context.inspector
    if inspector is None:
        yield warning(
            "files", "No inspector checks files, so no file is shown.", "Open the app with an inspector of files."
        )
        return
    problems = inspector.problems()
    for what in problems:
        yield warning("files", what, "Install the missing part, or start the service that doesn't answer.")
    if not problems:
        yield ok(
            "files",
            Sentence(
                "Files of every known kind can be cleaned. Scanner in use (`files.scanner`): {scanner:record}.",
                scanner="yes" if inspector.scans else "no",
            ),
        )


def check_ports(app: App) -> Iterator[Check]:
    """Return the health checks of storage, keys and blobs."""
    for port in (app.internals.context.storage, app.internals.context.keys, app.internals.context.blobs):
        yield from get_health_checks(port)
