"""Files that go out are copies cleaned here, before anybody approves them: a picture tells where it was taken."""

from collections.abc import Collection, Iterable
from hashlib import sha256

from attrs import evolve

from anninh_core.kernel.errors import BadInput, Damaged, NotFound, Purged
from anninh_core.ports.scanner import InspectedFile
from anninh_core.usecase.encryption.blobs import EncryptedBlobs
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.files import Cleaning
from anninh_core.vocabulary.messages import Attachment

_PROOF_DIGITS = 32  # 128 bits; half a digest, so that nobody takes it for the name of a file


def store_clean(runner: UseCaseRunner, data: bytes, kind: str, name: str) -> Attachment:
    """Clean a file, store the copy alone, and return it as an attachment.

    Raises:
        BadInput: it can't be cleaned here, or is refused; it says why.
    """
    inspected = _inspect(runner, data, kind)
    known = inspected.record
    copy = inspected.data
    if known.cleaning is not Cleaning.CLEANED or copy is None:
        why = ", ".join(filter(None, (known.reason, known.detail, known.signature)))
        raise BadInput(f"attachment {name!r} doesn't go out as it is ({why}); make another kind of file of it")
    blob = EncryptedBlobs(runner, runner.context.blobs).put(copy)
    described = evolve(  # of the copy: what came before is nobody's business
        known,
        sha256=sha256(copy).hexdigest(),
        size=len(copy),
        media_type=known.shown_type,
        flags=(),
        proof=_proof(runner, blob),
    )
    return Attachment(kind, name, blob=blob, file=described)


def clean_attachments(
    runner: UseCaseRunner, attachments: Iterable[Attachment], known: Collection[Attachment] = ()
) -> tuple[Attachment, ...]:
    """Return attachments whose files are copies cleaned here; those that aren't yet are cleaned now.

    Args:
        runner: opens and seals.
        attachments: what is to go out; what lies elsewhere, as a link does, is left as it is.
        known: attachments of the version before, which were cleaned then.

    Raises:
        BadInput: a file that isn't in the blob store, or can't be cleaned.
    """
    return tuple(one if _is_clean(runner, one, known) else _clean(runner, one) for one in attachments)


def _is_clean(runner: UseCaseRunner, attachment: Attachment, known: Collection[Attachment]) -> bool:
    proof = attachment.file.proof if attachment.file else ""
    was_cleaned = attachment.file is not None and attachment in known
    return not attachment.blob or was_cleaned or (bool(proof) and proof == _proof(runner, attachment.blob))


def _clean(runner: UseCaseRunner, attachment: Attachment) -> Attachment:
    try:
        data = EncryptedBlobs(runner, runner.context.blobs).get(attachment.blob)
    except (NotFound, Purged, Damaged):
        what = attachment.name or attachment.kind
        raise BadInput(f"attachment {what!r} is not in the blob store; store it and name its hash") from None
    copy = store_clean(runner, data, attachment.kind, attachment.name)
    return evolve(attachment, blob=copy.blob, file=copy.file)


def _inspect(runner: UseCaseRunner, data: bytes, kind: str) -> InspectedFile:
    inspector = runner.context.inspector
    if inspector is None:
        raise BadInput("nothing here cleans files, so none goes out; hand an inspector in")
    return inspector.inspect(data, kind)


def _proof(runner: UseCaseRunner, blob: str) -> str:
    return runner.context.keys.blind("cleaned", blob)[:_PROOF_DIGITS]
