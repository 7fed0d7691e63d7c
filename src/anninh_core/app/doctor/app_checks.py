"""An open app: its clock, keys, journal, queues, failure desk and messengers."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

from anninh_core.app.app import App
from anninh_core.app.demo_clock import DemoClock
from anninh_core.app.faults import check_access, check_worker
from anninh_core.app.health import get_health_checks
from anninh_core.app.queue_age import QueueAge, elapsed_since
from anninh_core.app.spans import format_span
from anninh_core.domain.audit.chain import verify_chain
from anninh_core.domain.audit.heads.kind import JOURNAL_HEAD
from anninh_core.domain.audit.heads.model import BreakReason
from anninh_core.domain.audit.heads.noting import find_break
from anninh_core.domain.quarantine.reading import count_quarantined
from anninh_core.domain.retention.erasures import PENDING_STATES
from anninh_core.domain.retention.kind import ERASURE
from anninh_core.kernel.dates import local_date, short_moment
from anninh_core.kernel.errors import DecryptionError
from anninh_core.messaging.inbound.unreadable import UnreadableEvents
from anninh_core.ports.health import Check, ok, problem, warning
from anninh_core.ports.keys import NotesHeads
from anninh_core.ports.messengers.messenger import ABILITIES, Messenger
from anninh_core.ports.storages.changes import GENESIS, Record, entry_from
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.encryption.encryptor import leave_out
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
# Lane -> how long may its oldest wait before it is odd, and before it is bad.
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
    """Say of a demo that it is one, and that the machine's clock isn't its own."""
    clock = app.context.clock
    if isinstance(clock, DemoClock):
        what = f"This is a demo, and its own clock shows {short_moment(clock.now())} in Vietnam."
        yield warning("demo", what, "Put nothing real into it; `anninh init DIR` makes a folder for real work.")


def check_journal_time(app: App) -> Check:
    """Check that the newest journal entry isn't in what the clock takes for the future."""
    now = app.context.clock.now()
    (seq, _) = app.context.storage.journal.head()
    newest = [entry_from(line.content).at for line in app.context.storage.journal.read(seq - 1, 1)] if seq else []
    if newest and newest[0] > now + _CLOCK_TOLERANCE:
        what = f"The clock is {format_span(newest[0] - now)} behind the newest entry of the journal."
        return problem("clock", what, "Set the clock (NTP); deadlines and the order of the trail depend on it.")
    return ok("clock", "No entry of the journal lies in the future.")


def check_profile_in_force(app: App) -> Check:
    """Check that the clock isn't before the day on which the profile comes into force."""
    today = local_date(app.context.clock.now())
    if today < app.district.valid_from:
        what = f"The clock says {today}, and the profile comes into force on {app.district.valid_from} only."
        return warning("clock", what, "Set the clock, or wait.")
    return ok("clock", "The profile is in force.")


def check_chain_end(app: App) -> Check:
    """Check that the last thousand lines of the journal follow from each other; `--deep` takes all."""
    journal = app.context.storage.journal
    seq, _ = journal.head()
    after = max(0, seq - _CHAIN_TAIL)
    trusted = journal.read(after - 1, 1)[0].hash if after else GENESIS
    verdict = verify_chain(journal.read(after, _CHAIN_TAIL), after=after, hash=trusted)
    if not verdict.ok:
        what = f"The journal is broken at line {verdict.broken_at}: {verdict.why}."
        return problem("journal", what, "Keep the files as they are; compare with a backup and heads kept elsewhere.")
    return ok("journal", f"The last {seq - after:,} of {seq:,} lines follow from each other.")


def check_noted_head(app: App) -> Check:
    """Check that the keeper of keys noted where the journal stood, that this fits, and that it wasn't lost lately."""
    name = "journal"
    if not isinstance(app.context.keys, NotesHeads):
        return ok(name, "The keeper of keys notes nothing of it.")
    found = find_break(app.context)
    if found is not None and found.reason is BreakReason.UNNOTED:
        what = "Nothing is noted any more of where the journal stood: this may be an older copy of the storage."
        return problem(name, what, "Compare with heads kept elsewhere: `anninh audit verify --heads FILE`.")
    if found is not None:
        what = f"The journal lacks line {found.seen_seq:,}, which was noted outside of it."
        return problem(name, what, "Keep the files as they are, and run `anninh audit verify`.")
    lost_at = _find_lost_note(app)
    if lost_at is not None:
        what = f"On {short_moment(lost_at)} nothing was noted any more of where the journal stood."
        return problem(name, what, "Compare with heads kept elsewhere: `anninh audit verify --heads FILE`.")
    return ok(name, "It has the line that was noted outside of it.")


def _find_lost_note(app: App) -> datetime | None:
    """Return when the note was last found to be missing, None where it wasn't of late."""
    page = app.context.storage.records.find(Find(kind=JOURNAL_HEAD.name, order="newest", limit=_LAST_HEADS))
    for head in filter(None, map(JOURNAL_HEAD.read_unsealed, page.records)):
        is_late = app.context.clock.now() - head.at > _LOST_NOTE_SHOWN
        if head.continues is not None and head.continues.reason is BreakReason.UNNOTED and not is_late:
            return head.at
    return None


def check_quarantine(app: App) -> Check:
    """Check that nothing is left out because a part of the program couldn't work on it."""
    count = count_quarantined(app.context.storage.records)
    if count:
        what = f"Left out are {count:,} records or journal entries that the program can't work on."
        return warning("quarantine", what, "See what they block: `anninh quarantine list`.")
    return ok("quarantine", "Nothing is quarantined.")


def check_sample(app: App) -> Check:
    """Check that the keys open something of what is stored."""
    context = app.context
    for record in _iter_sealed(app):
        try:
            context.encryptor.decrypt_record(record)
        except DecryptionError as error:
            what = f"{record.kind} {record.id} doesn't open: {error}."
            return problem("keys", what, "Put the right key file back, or restore the storage from a backup.")
        return ok("keys", "They open what is stored.")
    return ok("keys", "Nothing sealed is stored yet.")


def _iter_sealed(app: App) -> Iterator[Record]:
    """Yield some sealed records whose key wasn't destroyed by a purge."""
    maintenance = app.context.storage.maintenance
    keyring = app.context.storage.keyring
    for kind in maintenance.kinds():
        for record in islice(maintenance.scan(kind, batch=_SAMPLES), _SAMPLES):
            if record.scope and keyring.get(record.scope) is not None:
                yield record


def check_queues(app: App) -> Sequence[Check]:
    """Check whether something has waited for too long: then nobody works, or a platform is out of reach."""
    now = app.context.clock.now()
    queue_age = QueueAge.of(app.context.storage.queues, now)
    oldest = {"inbox": queue_age.inbox, **{str(lane): since for lane, since in queue_age.outbox.items()}}
    checks = [_check_wait(lane, elapsed_since(since, now)) for lane, since in oldest.items()]
    return [check for check in checks if check] or [ok("queues", "Nothing has waited for too long.")]


def _check_wait(lane: str, waited: timedelta) -> Check | None:
    warning_after, problem_after = _QUEUE_LIMITS[lane]
    if waited <= warning_after:
        return None
    what = f"The oldest event has waited for {format_span(waited)}."
    if lane != "inbox":
        what = f"The oldest message of the lane `{lane}` has waited for {format_span(waited)}."
    todo = "See that `anninh work` runs, and look into its log."
    return problem("queues", what, todo) if waited > problem_after else warning("queues", what, todo)


def check_watched(app: App) -> Iterator[Check]:
    """Check that a worker finishes its rounds and that the platforms take our calls, as its notes have it."""
    states = app.context.storage.states
    now = app.context.clock.now()
    yield check_worker(states, now, app.watch.silence)
    for instance in app.messengers:
        yield from check_access(states, instance, now)


def check_failures(app: App) -> Check:
    """Check how much waits for a person, and for how long."""
    row_queues = app.context.storage.queues
    now = app.context.clock.now()
    backlog = row_queues.standing()
    if not backlog.count:
        return ok("failures", "Everything was processed and delivered.")
    oldest = elapsed_since(backlog.since, now)
    what = f"{backlog.count:,} rows wait for a person, the oldest for {format_span(oldest)}."
    todo = "Go through them: `anninh failures`."
    warning_after, problem_after = _FAILURE_LIMITS
    if oldest > problem_after:
        return problem("failures", what, todo)
    return warning("failures", what, todo) if oldest > warning_after or backlog.count > _MANY else ok("failures", what)


def check_unreadable(app: App) -> Sequence[Check]:
    """Check whether adapters could read what came in today."""
    unreadable = UnreadableEvents(app.context)
    counts = {messenger: unreadable.count(messenger) for messenger in app.messengers}
    checks = [_check_unreadable(messenger, count, unreadable.limit) for messenger, count in counts.items() if count]
    return checks or [ok("events", "Every event of today could be read.")]


def _check_unreadable(messenger: str, count: int, limit: int) -> Check:
    todo = "Upgrade or mend the adapter, restart, and process them again: `anninh failures`."
    if count < limit:
        return warning("events", f"The adapter of `{messenger}` couldn't read {count:,} events of today.", todo)
    what = f"The adapter of `{messenger}` couldn't read {count:,} events of today, and more are refused until tomorrow."
    return problem("events", what, todo)


def check_erasures(app: App) -> Check:
    """Check whether somebody has waited for too long to be erased, or to be told that they aren't.

    Decree 356/2025, as secondary sources tell it, gives 2 working days to confirm and 15 days to carry it out.
    """
    records = app.context.storage.records
    now = app.context.clock.now()
    pending = records.find(
        Find(kind=ERASURE.name, order="oldest", where={"state": PENDING_STATES}, limit=_MANY)
    ).records
    if not pending:
        return ok("people", "Nobody waits to be erased.")
    oldest = max(erasure.age(now) for erasure in app.context.iter_readable(ERASURE, pending, leave_out))
    what = f"Somebody wants to be erased and has waited for {format_span(oldest)}."
    todo = "An operator decides: `anninh people list`."
    warning_after, problem_after = _ERASURE_LIMITS
    if oldest > problem_after:
        return problem("people", what, todo)
    return warning("people", what, todo) if oldest > warning_after else ok("people", what)


def check_messengers(app: App) -> Iterator[Check]:
    """Check that each messenger reaches somebody, and pass on what it tells of itself."""
    for instance, messenger in app.messengers.items():
        yield _check_reach(instance, messenger)
        for check in get_health_checks(messenger):
            yield Check(f"{instance} {check.name}", check.level, check.what, check.todo)


def _check_reach(instance: str, messenger: Messenger) -> Check:
    abilities = [ability for ability in ABILITIES if messenger.capabilities.can(ability)]
    if not {"send_person", "send_group"} & set(abilities):
        what = f"Messenger {instance!r} can send neither to a person nor to a group."
        return problem("messengers", what, "Choose another type for it, or take it out of the settings.")
    return ok("messengers", f"{instance} can {', '.join(abilities).replace('_', ' ')}.")


def check_files(app: App) -> Iterator[Check]:
    """Check that files can be cleaned on this machine, and that the scanner, if there is one, answers."""
    inspector = app.context.inspector
    if inspector is None:
        yield warning("files", "Nothing looks at files, so none is shown.", "Hand an inspector in.")
        return
    problems = inspector.problems()
    for what in problems:
        yield warning("files", what, "Install what is missing, or start what doesn't answer.")
    if not problems:
        scanned = "and scanned" if inspector.scans else "but scanned by nothing (`files.scanner` of the settings)"
        yield ok("files", f"Files of every known kind can be cleaned, {scanned}.")


def check_ports(app: App) -> Iterator[Check]:
    """Pass on what storage, keys and blobs tell of themselves."""
    for part in (app.context.storage, app.context.keys, app.context.blobs):
        yield from get_health_checks(part)
