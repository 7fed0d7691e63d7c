"""Files on their way in: whoever uploads one gets an id, and names it where an operation takes a file."""

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
    """As what an operation takes a file."""

    DATA = "data"
    """Its bytes."""
    ATTACHMENT = "attachment"
    """An attachment of what is to be sent; the operation cleans it."""
    STORED = "stored"
    """Its name in the blob store."""


@frozen
class FromUpload:
    """Stands in decoded arguments for a file until the operation is called: see `Uploads.resolve`."""

    id: str = field(repr=False)
    target: UploadTarget


@frozen
class Upload:
    """An uploaded file.

    Attributes:
        name: as whoever uploaded it called it, without a folder.
        media_type: as the same said; nobody has looked whether it is so.
        blob: name in the blob store of the file, or of the list of its pieces.
        until: from when on its id is worth nothing.
    """

    name: str
    media_type: str
    data: bytes = field(repr=False)
    blob: str
    until: datetime


@view
class UploadedFile:
    """A file that lies here, and the id by which its uploader may name it.

    Attributes:
        media_type: what kind of file it is.
        until: from when on the id is worth nothing.
        name: its file name.
    """

    id: str
    name: str
    media_type: str
    until: datetime


@frozen
class _Ticket:
    """What an upload's id says, sealed.

    Attributes:
        in_pieces: whether the blob is a list of others, which are the file together.
    """

    actor: str
    blob: str
    name: str
    media_type: str
    until: datetime
    in_pieces: bool = False


_TICKETS = msgspec.json.Decoder(_Ticket)


class Uploads:
    """Takes files in, each for the person who uploads it, and hands them out to the same person for 24 hours.

    The id is the sealed fact itself: nothing is kept beside the file, which is removed as unused once nobody names it.
    The file lies encrypted like every other.

    Args:
        admit: raises `Refused` where the sign-in of an actor is good for no operation that takes a file.
    """

    def __init__(self, runner: UseCaseRunner, admit: Callable[[Actor], None]) -> None:
        self._runner = runner
        self._admit = admit
        self._context = runner.context
        self._blobs = EncryptedBlobs(runner, runner.context.blobs)
        self._tickets = SealedIds(runner, b"upload")

    def put(self, actor: Actor, data: bytes, name: str, media_type: str) -> str:
        """Store a file and return the id by which the same actor may use it.

        Raises:
            Refused: no officer of this id is on record.
            BadInput: it is empty, or its name holds a folder.
            TooLarge: it has more than 25 MiB.
        """
        upload = self.begin(actor, name)
        for start in range(0, len(data), PIECE):
            upload.add(data[start : start + PIECE])
        return upload.close(media_type)

    def begin(self, actor: Actor, name: str) -> "IncomingFile":
        """Return where to put a file that comes a piece at a time.

        Raises:
            Refused: no officer of this id is on record, or the sign-in is good for no operation that takes a file.
            BadInput: the name holds a folder.
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
        return self._seal(_Ticket(actor.label, blob, nfc(name), media_type[:_MAX_NAME], until, in_pieces=True))

    def hand_out(self, actor: Actor, attachment: Attachment) -> UploadedFile:
        """Return the id by which an actor may use an attachment that an operation answered with."""
        media_type = attachment.file.media_type if attachment.file else ""
        until = self._context.clock.now() + KEPT_FOR
        id = self._seal(_Ticket(actor.label, attachment.blob, attachment.name, media_type, until))
        return UploadedFile(id=id, name=attachment.name, media_type=media_type, until=until)

    def take(self, actor: Actor, id: str) -> Upload:
        """Return a file that the actor uploaded.

        Raises:
            NotFound: no such upload, or it is another's, or more than 24 hours old: told alike.
        """
        ticket = self._open(id)
        if ticket is None or ticket.actor != actor.label or self._context.clock.now() >= ticket.until:
            raise NotFound(
                "This upload doesn't exist or has expired: upload the file again, and use it within 24 hours."
            )
        data = join_pieces(self._blobs, ticket.blob) if ticket.in_pieces else self._blobs.get(ticket.blob)
        return Upload(ticket.name, ticket.media_type, data, ticket.blob, ticket.until)

    def resolve(self, actor: Actor, arguments: Mapping[str, object]) -> Mapping[str, object]:
        """Return arguments with files in the place of uploads' ids; raises as `take` does."""
        return {name: _replace(value, lambda one: self._use(actor, one)) for name, value in arguments.items()}

    def _use(self, actor: Actor, named: FromUpload) -> object:
        upload = self.take(actor, named.id)
        if named.target is UploadTarget.DATA:
            return upload.data
        blob = self._blobs.put(upload.data)  # once more, so that it isn't removed as unused before it is named
        if named.target is UploadTarget.STORED:
            return blob
        kind = upload.media_type.partition("/")[0]
        return Attachment(kind if kind in _KINDS else "file", upload.name, blob=blob)

    def _seal(self, ticket: _Ticket) -> str:
        return self._tickets.seal(msgspec.json.encode(ticket))

    def _open(self, id: str) -> _Ticket | None:
        """Return what an id says, None if no such id was ever given."""
        facts = self._tickets.open(id)
        return None if facts is None else _TICKETS.decode(facts)


class IncomingFile:
    """A file that comes a piece at a time, each sealed and stored at once.

    Args:
        name: as its sender calls it.
        make_id: makes an id of name, media type and the blob that lists the pieces.
    """

    def __init__(self, name: str, pieces: UploadPieces, make_id: Callable[[str, str, str], str]) -> None:
        self.name = name
        self._pieces = pieces
        self._make_id = make_id

    def add(self, piece: bytes) -> None:
        """Take the next piece; all but the last have `PIECE` bytes.

        Raises:
            TooLarge: with it the file has more than 25 MiB.
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
        """Return what is there, for reading; little of it is in memory."""
        return self._pieces.open()

    def close(self, media_type: str) -> str:
        """Return the id by which whoever sent the file may use it.

        Raises:
            BadInput: it is empty.
        """
        if not self._pieces.size:
            raise BadInput("File {file!r} is empty: choose another file.", file=self.name)
        return self._make_id(self.name, media_type, self._pieces.close())


def _replace(value: Any, use: Callable[[FromUpload], object]) -> Any:
    """Return a value with what `use` makes of the uploads that it names, however deep they lie."""
    if isinstance(value, FromUpload):
        return use(value)
    if isinstance(value, tuple | frozenset):
        return type(value)(_replace(one, use) for one in value)
    if isinstance(value, dict):
        return {key: _replace(one, use) for key, one in value.items()}
    if has(type(value)):
        inner = {one.name: getattr(value, one.name) for one in fields(type(value)) if one.init}
        changed = {name: new for name, old in inner.items() if (new := _replace(old, use)) is not old and new != old}
        return evolve(value, **changed) if changed else value
    return value
