"""Uploads: the uploader gets an id, and passes the id to an operation that takes a file."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from typing import Any, BinaryIO

import msgspec
from attrs import evolve, field, fields, frozen, has

from anninh_core.kernel.errors import BadInput, NotFound, Refused, TooLarge
from anninh_core.kernel.text import nfc
from anninh_core.operations.files.tickets import SealedIds
from anninh_core.operations.files.upload_pieces import PIECE, UploadPieces, join_pieces
from anninh_core.usecase.actor import Actor, ActorKind
from anninh_core.usecase.files.blobs import EncryptedBlobs
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.views import view
from anninh_core.vocabulary.messages import Attachment

MAX_BYTES = 25 * 1024 * 1024
KEPT_FOR = timedelta(hours=24)
_MAX_NAME = 200
_KINDS = ("image", "video", "audio")


class UploadTarget(Enum):
    """The form in which an operation takes a file."""

    DATA = "data"
    """The bytes of the file."""
    ATTACHMENT = "attachment"
    """An attachment of a message to send; the operation cleans it."""
    STORED = "stored"
    """The name of the file in the blob store."""


@frozen
class FromUpload:
    """Placeholder for an uploaded file in decoded arguments, until the operation is called: see `Uploads.resolve`."""

    id: str = field(repr=False)
    target: UploadTarget


@frozen
class Upload:
    """An uploaded file.

    Attributes:
        name: file name from the uploader, without a folder.
        media_type: media type from the uploader, not verified.
        blob: name in the blob store of the file, or of the list of its pieces.
        until: time at which its id expires.
    """

    name: str
    media_type: str
    data: bytes = field(repr=False)
    blob: str
    until: datetime


@view
class UploadedFile:
    """A stored file, with the id that its uploader can use for it.

    Attributes:
        media_type: what kind of file it is.
        until: time at which the id expires.
        name: its file name.
    """

    id: str
    name: str
    media_type: str
    until: datetime


@frozen
class _Ticket:
    """Content of an upload's id, which is encrypted.

    Attributes:
        in_pieces: whether the blob is a list of pieces, which together are the file.
    """

    actor: str
    blob: str
    name: str
    media_type: str
    until: datetime
    in_pieces: bool = False


_TICKETS = msgspec.json.Decoder(_Ticket)


class Uploads:
    """Accepts files, and returns each to its uploader only, for 24 hours.

    The id contains all facts about the file, encrypted: nothing else is stored about the file, and it is removed as
    unused if no record refers to it. The file is encrypted like every other.

    Args:
        admit: raises `Refused` if the actor's sign-in is permitted to use no operation that takes a file.
    """

    def __init__(self, runner: UseCaseRunner, admit: Callable[[Actor], None]) -> None:
        self._runner = runner
        self._admit = admit
        self._context = runner.context
        self._blobs = EncryptedBlobs(runner, runner.context.blobs)
        self._tickets = SealedIds(runner, b"upload")

    def put(self, actor: Actor, data: bytes, name: str, media_type: str) -> str:
        """Store a file, and return the id with which the same actor can use it.

        Raises:
            Refused: the actor isn't an officer on record.
            BadInput: the file is empty, or its name contains a folder.
            TooLarge: the file has more than 25 MiB.
        """
        upload = self.begin(actor, name)
        for start in range(0, len(data), PIECE):
            upload.add(data[start : start + PIECE])
        return upload.close(media_type)

    def begin(self, actor: Actor, name: str) -> "IncomingFile":
        """Begin an upload that arrives in pieces.

        Raises:
            Refused: the actor isn't an officer on record, or the sign-in is permitted to use no operation that takes a
                file.
            BadInput: the name contains a folder.
        """
        if actor.kind is not ActorKind.PERSON or not self._runner.permits.is_officer(actor.id):
            raise Refused("Only officers can upload files, and {actor} isn't registered as one.", actor=actor.label)
        self._admit(actor)
        if "/" in name or "\\" in name or len(name) > _MAX_NAME:
            raise BadInput(
                "{file!r} isn't a valid file name: use at most {most} characters, without a folder.",
                file=name,
                most=_MAX_NAME,
            )
        return IncomingFile(name, UploadPieces(self._blobs), partial(self._make_ticket, actor))

    def _make_ticket(self, actor: Actor, name: str, media_type: str, blob: str) -> str:
        until = self._context.clock.now() + KEPT_FOR
        return self._encrypt_ticket(
            _Ticket(actor.label, blob, nfc(name), media_type[:_MAX_NAME], until, in_pieces=True)
        )

    def issue_id(self, actor: Actor, attachment: Attachment) -> UploadedFile:
        """Return the id with which the actor can use an attachment contained in an operation's result."""
        media_type = attachment.file.media_type if attachment.file else ""
        until = self._context.clock.now() + KEPT_FOR
        id = self._encrypt_ticket(_Ticket(actor.label, attachment.blob, attachment.name, media_type, until))
        return UploadedFile(id=id, name=attachment.name, media_type=media_type, until=until)

    def take(self, actor: Actor, id: str) -> Upload:
        """Return the uploaded file that an id refers to, if the actor uploaded it.

        Raises:
            NotFound: the id is invalid, of another actor, or older than 24 hours; the message doesn't distinguish
                these.
        """
        ticket = self._decrypt_ticket(id)
        if ticket is None or ticket.actor != actor.label or self._context.clock.now() >= ticket.until:
            raise NotFound(
                "This upload doesn't exist or has expired: upload the file again, and use it within 24 hours."
            )
        data = join_pieces(self._blobs, ticket.blob) if ticket.in_pieces else self._blobs.get(ticket.blob)
        return Upload(ticket.name, ticket.media_type, data, ticket.blob, ticket.until)

    def resolve(self, actor: Actor, arguments: Mapping[str, object]) -> Mapping[str, object]:
        """Return the arguments of an operation with the uploaded files in place of their ids; raises as `take` does."""
        return {
            name: _replace_uploads(value, lambda upload: self._load_upload(actor, upload))
            for name, value in arguments.items()
        }

    def _load_upload(self, actor: Actor, reference: FromUpload) -> object:
        upload = self.take(actor, reference.id)
        if reference.target is UploadTarget.DATA:
            return upload.data
        # The file is stored again, so that it isn't removed as unused before a record refers to it.
        blob = self._blobs.put(upload.data)
        if reference.target is UploadTarget.STORED:
            return blob
        kind = upload.media_type.partition("/")[0]
        return Attachment(kind if kind in _KINDS else "file", upload.name, blob=blob)

    def _encrypt_ticket(self, ticket: _Ticket) -> str:
        return self._tickets.seal(msgspec.json.encode(ticket))

    def _decrypt_ticket(self, id: str) -> _Ticket | None:
        """Return the decrypted facts of an upload's id, or None if the id is invalid."""
        facts = self._tickets.open(id)
        return None if facts is None else _TICKETS.decode(facts)


class IncomingFile:
    """An upload that arrives in pieces, each encrypted and stored on arrival.

    Args:
        name: file name from the sender.
        make_id: makes an id from name, media type and the blob with the list of pieces.
    """

    def __init__(self, name: str, pieces: UploadPieces, make_id: Callable[[str, str, str], str]) -> None:
        self.name = name
        self._pieces = pieces
        self._make_id = make_id

    def add(self, piece: bytes) -> None:
        """Store the next piece of the file; all pieces but the last have `PIECE` bytes.

        Raises:
            TooLarge: with this piece the file has more than 25 MiB.
        """
        if (size := self._pieces.size + len(piece)) > MAX_BYTES:
            raise TooLarge(
                "File {file!r} has at least {count:,} bytes, but at most {most:,} are allowed: upload a smaller file.",
                limit=MAX_BYTES,
                file=self.name,
                count=size,
                most=MAX_BYTES,
            )
        self._pieces.add(piece)

    def open(self) -> BinaryIO:
        """Return the pieces that have arrived, opened for reading, with little of them in memory."""
        return self._pieces.open()

    def close(self, media_type: str) -> str:
        """End the upload, and return the id with which its sender can use the file.

        Raises:
            BadInput: the file is empty.
        """
        if not self._pieces.size:
            raise BadInput("File {file!r} is empty: choose another file.", file=self.name)
        return self._make_id(self.name, media_type, self._pieces.close())


def _replace_uploads(value: Any, use: Callable[[FromUpload], object]) -> Any:
    """Return `value` with every contained upload replaced by the result of `use`, at any depth."""
    if isinstance(value, FromUpload):
        return use(value)
    if isinstance(value, tuple | frozenset):
        return type(value)(_replace_uploads(item, use) for item in value)
    if isinstance(value, dict):
        return {key: _replace_uploads(item, use) for key, item in value.items()}
    if has(type(value)):
        inner = {attribute.name: getattr(value, attribute.name) for attribute in fields(type(value)) if attribute.init}
        changed = {
            name: new for name, old in inner.items() if (new := _replace_uploads(old, use)) is not old and new != old
        }
        return evolve(value, **changed) if changed else value
    return value
