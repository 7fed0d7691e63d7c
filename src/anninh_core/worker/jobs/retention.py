"""Scheduled retention jobs: purge expired records, delete files, and rewrap data keys under the new epoch.

Each scans everything at most once a day, in batches, and resumes the next day where it stopped. All acts are logged in
the journal under the actor `system:keeper`.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from itertools import islice

from anninh_core.domain.clocks import MEDIA, retention_days
from anninh_core.domain.conversations.files import delete_files
from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE, Message
from anninh_core.domain.identity.custody.details import find_active_keys
from anninh_core.domain.kept_scopes import KeptScopes, find_local_day, list_clocked_scope_kinds
from anninh_core.domain.key_management.rewrapping import rewrap_keys
from anninh_core.domain.registry import make_retention_policies
from anninh_core.domain.retention.coverage import guard_against_hold, is_held
from anninh_core.domain.retention.views import make_public_scope_name
from anninh_core.domain.scope_ages import ScopeAges
from anninh_core.domain.services import Services
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import Conflict, Damaged, WrongStep
from anninh_core.kernel.refs import Ref
from anninh_core.messaging.stream_position import StreamPosition
from anninh_core.ports.storages.changes import Record
from anninh_core.usecase.actor import system
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission
from anninh_core.worker.quarantine import QuarantineRounds, Round

RETENTION_ACTOR = system("keeper")
_OWNER = "keeper"
_KEYS = "keys"
_FILES = "files"
_FILES_JOB = "delete_files"
_SCOPES = "scopes"
_BATCH = 200  # One batch contains at most this many records or keys.
_MAX_KEY_BATCHES = 5  # One run handles at most this many batches of keys.
_MAX_SCOPE_BATCHES = 25  # One run handles at most this many batches of scopes.
_log = logging.getLogger(__name__)


class RetentionJobs:
    """Purges expired records and maintains their data keys by the retention periods of the profile."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._runner = services.units.runner
        self._context = self._runner.context
        self._policies = make_retention_policies(self._context.district)
        self._kinds = frozenset(list_clocked_scope_kinds(self._policies))

    def purge_expired(self) -> int:
        """Order the purge of expired records and execute the orders; return how many were purged.

        Records under a legal hold stay. A crash between order and execution leaves orders that the next round executes.
        """
        ordered_count = sum(self._continue_scan(_SCOPES, self._order_batch_purges) for _ in range(_MAX_SCOPE_BATCHES))
        purged = self._services.retention.purges.purge(RETENTION_ACTOR, limit=_BATCH)
        if ordered_count or purged:
            _log.info("%d purges were ordered, %d carried out", ordered_count, len(purged))
        return len(purged)

    def rewrap_keys(self) -> int:
        """Rewrap data keys of earlier epochs under the current epoch's key; return how many. The data encrypted with
        them isn't touched.

        Destroying the earlier epoch's key afterwards, by an operator or after the profile's days, makes old backups
        unreadable.
        """
        rewrapped_count = sum(self._continue_scan(_KEYS, self._rewrap_batch) for _ in range(_MAX_KEY_BATCHES))
        if rewrapped_count:
            self._runner.run_command(
                RETENTION_ACTOR, "governance.rewrap", Permission.OPERATE, partial(_record_rewrap, rewrapped_count)
            )
        return rewrapped_count

    def seal_details(self) -> int:
        """Encrypt people's names that were stored unencrypted before there were custodians, and drop data keys wrapped
        for ended custodian keys; return how many.

        Every name is checked once a day, and again from the beginning when a custodian's key is enrolled or ended.
        """
        keys = self._runner.run_query(
            RETENTION_ACTOR, "governance.custodians", Permission.OPERATE, traced=False, body=_read_active_keys
        )
        if not keys:
            return 0
        name = f"details.{sha256(' '.join(sorted(keys)).encode()).hexdigest()[:16]}"
        return sum(self._continue_scan(name, self._seal_batch) for _ in range(_MAX_KEY_BATCHES))

    def _seal_batch(self, after: str) -> tuple[int, str]:
        scanned = self._context.storage.maintenance.scan(CONVERSATION.name, _BATCH, after)
        ids = [record.id for record in islice(scanned, _BATCH)]
        sealed = self._services.conversation_details.seal_details(RETENTION_ACTOR, ids) if ids else 0
        return sealed, ids[-1] if len(ids) == _BATCH else ""

    def _continue_scan(self, name: str, handle_batch: Callable[[str], tuple[int, str]]) -> int:
        """Continue today's scan, unless it is complete: handle one batch and store the position after it."""
        stream_position = StreamPosition.read(self._context.storage.states, _OWNER, name)
        today = local_date(self._context.clock.now())
        after = stream_position.find_position_on(today)
        if after is None:
            return 0
        handled_count, after = handle_batch(after)
        stream_position.store_next_of_day(today, after)
        return handled_count

    def _order_batch_purges(self, after: str) -> tuple[int, str]:
        """Order the purge of the expired scopes in one batch of scopes that have a key."""
        keys = self._context.storage.keyring.wrapped_otherwise("", _BATCH, after)
        scopes = [key.scope for key in keys if key.scope.partition(":")[0] in self._kinds]
        expired = self._runner.run_query(
            RETENTION_ACTOR,
            "governance.preview_purge",
            Permission.OPERATE,
            traced=False,
            body=partial(self._find_expired, scopes),
        )
        return sum(map(self._order_purge, expired)), keys[-1].scope if len(keys) == _BATCH else ""

    def _find_expired(self, scopes: Sequence[str], session: ReadSession) -> list[str]:
        """Return those scopes that have expired and aren't under a hold."""
        session.permit(self._context.district.root)
        kept_scopes = KeptScopes(session, self._policies)
        old = ScopeAges(session, kept_scopes).exclude_young(scopes)
        return [scope for scope in old if self._has_expired(session, kept_scopes, scope)]

    def _has_expired(self, session: ReadSession, kept_scopes: KeptScopes, scope: str) -> bool:
        """Return whether a scope's retention period is over and no hold covers it; an unreadable scope is kept."""
        try:
            kept_scope = kept_scopes.read(scope)
            return (
                kept_scope is not None
                and kept_scope.is_over(session.today)
                and not is_held(session, self._policies, scope)
            )
        except Damaged as error:
            _log.warning("%s is kept: %s", make_public_scope_name(scope), error)
            return False

    def _order_purge(self, scope: str) -> bool:
        try:
            self._runner.run_command(
                RETENTION_ACTOR,
                "governance.order_purge",
                Permission.OPERATE,
                partial(self._order_purge_in_commit, scope),
            )
        # The purge is already ordered, or the scope was just put under a hold or is in use again.
        except (WrongStep, Conflict) as other:
            _log.info("a purge was not ordered: %s", type(other).__name__)
            return False
        return True

    def _order_purge_in_commit(self, scope: str, uow: UnitOfWork) -> None:
        uow.permit(self._context.district.root)
        self._services.retention.purges.order_expired(uow, scope)

    def _rewrap_batch(self, after: str) -> tuple[int, str]:
        keys = self._context.storage.keyring.wrapped_otherwise(self._context.keys.epoch, _BATCH, after)
        return rewrap_keys(self._runner, keys), keys[-1].scope if len(keys) == _BATCH else ""


def _read_active_keys(session: ReadSession) -> Mapping[str, bytes]:
    session.permit(session.context.district.root)
    return find_active_keys(session)


class FileRetention:
    """Deletes attached files of messages after their retention period.

    Files are encrypted with the same key as the message's text, so that a backup can open them until the text is
    purged.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._runner = services.units.runner
        self._context = self._runner.context
        self._policies = make_retention_policies(self._context.district)
        self._days = timedelta(days=retention_days(self._context.district)[MEDIA])
        self._quarantine = QuarantineRounds(services)

    def delete_expired(self) -> int:
        """Check a batch of messages, each once a day, and delete their files past retention; return how many files."""
        today = local_date(self._context.clock.now())
        position = StreamPosition.read(self._context.storage.states, _OWNER, _FILES)
        after = position.find_position_on(today)
        if after is None:
            return 0
        scanned = self._context.storage.maintenance.scan(MESSAGE.name, _BATCH, after)
        records = tuple(islice(scanned, _BATCH))
        # A case ends no earlier than its last message, so that messages younger than the retention period needn't be
        # opened.
        old = (record for record in records if self._may_be_over(record, today))
        linked = [record for record in old if record.columns["case"]]
        round = self._quarantine.begin(_FILES_JOB)
        messages = round.iter_models(MESSAGE, linked)
        deleted = sum(self._delete_files(round, message) for message in messages if message.file_names)
        position.store_next_of_day(today, records[-1].id if len(records) == _BATCH else "")
        return deleted

    def _may_be_over(self, message: Record, today: date) -> bool:
        """Return whether a message is old enough for its files to be deleted; a message with an altered hour column is
        opened, which detects the alteration.
        """
        day = find_local_day(message)
        return day is None or day + self._days < today

    def _delete_files(self, round: Round, message: Message) -> int:
        """Remove the file names from a message, then delete the files; files left by a crash are unreferenced
        garbage.
        """

        def remove_names() -> frozenset[str]:
            return self._runner.run_command(
                RETENTION_ACTOR,
                "conversations.remove_files",
                Permission.OPERATE,
                partial(self._remove_files, message.id),
            )

        try:
            names = round.attempt(str(Ref(MESSAGE.name, message.id)), message.version, remove_names)
        except Conflict:  # Another actor is changing the message at the moment.
            return 0
        return delete_files(self._context, message.conversation, names or frozenset())

    def _remove_files(self, message_id: str, uow: UnitOfWork) -> frozenset[str]:
        """Remove the files from a message if its case ended longer ago than the files' retention period; return their
        names.
        """
        uow.permit(self._context.district.root)
        message = uow.load(MESSAGE, message_id)
        if not self._is_retention_over(uow, message.case):
            return frozenset()
        self._services.conversations.remove_files(uow, message_id)
        return message.file_names

    def _is_retention_over(self, uow: UnitOfWork, case: str) -> bool:
        ref = Ref.parse(case)
        policy = self._policies.get(ref.kind)
        model = uow.get_unpurged(policy.kind, ref.id) if policy else None
        if policy is None or model is None:
            return False
        uow.guard_version(policy.kind, model)
        ended_on = policy.ended_on(model)
        is_late = ended_on is not None and ended_on + self._days < uow.today
        return is_late and guard_against_hold(uow, self._policies, case)


def _record_rewrap(count: int, uow: UnitOfWork) -> None:
    uow.permit(uow.context.district.root)
    uow.facts["keys"] = count
    uow.add_event("keys.rewrapped")
