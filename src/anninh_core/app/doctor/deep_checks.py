"""Slow checks: the whole journal, every record, the storage's own checks, and missing blobs."""

from collections import Counter as Tally
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice

from attrs import fields, has

from anninh_core.app.app import App
from anninh_core.domain.audit.chain import verify_chain
from anninh_core.domain.audit.record_check import find_mismatches
from anninh_core.domain.audit.record_check_columns import find_altered_columns
from anninh_core.domain.registry import KINDS
from anninh_core.kernel.errors import Damaged, Purged
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, ok, problem
from anninh_core.ports.storages.queues import FOR_PEOPLE, UNSENT, OutboxRow
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.encryption.encryptor import build_row_associated_data, skip_damaged
from anninh_core.usecase.journal.entries import read_lines
from anninh_core.usecase.outbox_message import decode_attachments
from anninh_core.usecase.runner import UseCaseRunner

_PAGE = 2000
_MAX_NAMED = 3


def check_whole_chain(app: App) -> Check:
    """Check the hash chain of the whole journal."""
    verdict = verify_chain(read_lines(app.internals.context.storage.journal))
    if not verdict.ok:
        what = Sentence("The audit log is broken at line {line}: {reason}.", line=verdict.broken_at, reason=verdict.why)
        return problem(
            "journal",
            what,
            "Leave the files as they are; compare them with a backup and with heads that were kept elsewhere.",
        )
    return ok("journal", Sentence("All {count:,} lines of the audit log form an unbroken chain.", count=verdict.seq))


def check_records(app: App) -> Sequence[Check]:
    """Check that every record is the version last named in the journal, can be decrypted, and has matching columns."""
    context = app.internals.context
    faults = chain(find_mismatches(context), find_altered_columns(context, KINDS))
    first_faults = [f"{finding}" for finding in islice(faults, _MAX_NAMED)]
    if first_faults:
        more = sum(1 for _ in faults)
        what = Sentence(
            "Faults in records, queue rows or keys: {count:,}. The first ones: {findings}.",
            findings="; ".join(first_faults),
            count=len(first_faults) + more,
        )
        todo = Sentence(
            "Leave the files as they are, list all faults with {act:audit.verify}, and compare with a backup."
        )
        return [problem("records", Sentence("{what}", what=what), todo)]
    return [ok("records", "Every record matches the last entry of the audit log about it.")]


def check_storage(app: App) -> Sequence[Check]:
    """Run the storage's check of its own data."""
    todo = Sentence("Leave the files as they are, and restore an undamaged backup.")
    problems = [
        problem(
            "storage", Sentence("The storage's check of its own data found a fault: {reason}.", reason=sentence), todo
        )
        for sentence in app.internals.context.storage.maintenance.check()
    ]
    return problems or [ok("storage", "The storage's check of its own data found no faults.")]


def check_schemas(app: App) -> Sequence[Check]:
    """Check that no record was written by a newer version: this version can't read such records, nor lists that contain
    them.
    """
    newer = Tally(
        (record.kind, record.schema)
        for kind in KINDS
        for record in app.internals.context.storage.maintenance.scan(kind.name)
        if record.schema > kind.schema
    )
    todo = Sentence("Update anninh on this machine; nothing is lost.")
    return [
        problem(
            "records",
            Sentence(
                "{count:,} records of kind {kind:record} with schema {schema} were written by a newer version.",
                count=count,
                kind=kind,
                schema=schema,
            ),
            todo,
        )
        for (kind, schema), count in sorted(newer.items())
    ] or [ok("records", "All records have schemas that this version knows.")]


def check_blobs(app: App) -> Check:
    """Check that every blob referred to by a record or message exists."""
    stored = set(app.internals.context.blobs.digests())
    missing = {digest: owner for digest, owner in find_blob_references(app.internals.runner) if digest not in stored}
    if missing:
        owners = ", ".join(sorted(set(missing.values()))[:_MAX_NAMED])
        what = Sentence(
            "{count} blobs that records refer to are missing, for example those of {records}.",
            count=len(missing),
            records=owners,
        )
        return problem("blobs", what, "Restore the folder of blobs from its copy.")
    return ok("blobs", "All blobs that records refer to exist.")


def find_blob_references(runner: UseCaseRunner) -> Iterator[tuple[str, str]]:
    """Yield digest and owner (`kind:id`) of every blob that a readable record or an unfinished message refers to."""
    for kind in KINDS:
        records = runner.context.storage.maintenance.scan(kind.name)
        for model in runner.context.iter_readable(kind, records, skip_damaged):
            yield from ((digest, str(Ref(kind.name, model.id))) for digest in _find_digests(model))
    for row in _iter_unfinished(runner.context):
        try:
            attachments = decode_attachments(
                runner.context.encryptor.decrypt(row.scope, row.body, build_row_associated_data("outbox", row.id))
            )
        except (Purged, Damaged):
            continue  # A message that can't be decrypted won't be sent, so its blobs aren't needed.
        yield from ((digest, str(Ref("outbox", row.id))) for digest in _find_digests(attachments))


def _iter_unfinished(context: UseCaseContext) -> Iterator[OutboxRow]:
    after = ""
    while rows := context.storage.queues.outbox((*UNSENT, *FOR_PEOPLE), limit=_PAGE, after=after):
        yield from rows
        after = rows[-1].id


def _find_digests(value: object) -> Iterator[str]:
    """Yield the values of fields named `blob`, at any depth inside `value`."""
    if has(value_type := type(value)):
        for field in fields(value_type):
            inner = getattr(value, field.name)
            if field.name == "blob" and isinstance(inner, str):
                yield from [inner] if inner else []
            else:
                yield from _find_digests(inner)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _find_digests(inner)
    elif isinstance(value, tuple | list | frozenset | set):
        for inner in value:
            yield from _find_digests(inner)
