"""`If-Match`: an act is carried out only while its record is as seen. `Prefer: count`: lists tell their totals."""

import re
from collections.abc import Mapping

from anninh_core.kernel.sentences import Sentence
from anninh_core.operations import BadArguments
from anninh_core.operations.errors import ArgumentError
from anninh_core.operations.operation import Operation
from anninh_core.usecase.actor import Actor

_ETAG = re.compile(r'"(\d{1,18})"')


def apply_if_match(actor: Actor, header: str | None, operation: Operation, arguments: Mapping[str, object]) -> Actor:
    """Return the actor, who has seen the subject of an operation in the version that a header names.

    Raises:
        BadArguments: the header is no version, or the operation changes no record that has one.
    """
    if header is None or header.strip() == "*":
        return actor
    if not operation.takes_version:
        raise _refuse(
            operation, Sentence("isn't accepted: this operation changes no record that its first argument names")
        )
    found = _ETAG.fullmatch(header.strip())
    if found is None:
        raise _refuse(operation, Sentence('isn\'t a version: send the ETag of the response that you read, such as "3"'))
    return operation.seen_by(actor, int(found[1]), arguments)


def apply_prefer(actor: Actor, header: str | None) -> Actor:
    """Return the actor, who is told totals where a header prefers it (RFC 7240); others aren't known."""
    if header is None:
        return actor
    wanted = [part.partition("=")[0].partition(";")[0].strip().lower() for part in header.split(",")]
    return actor.counting() if "count" in wanted else actor


def _refuse(operation: Operation, message: Sentence) -> BadArguments:
    return BadArguments(operation.name, [ArgumentError("If-Match", message)])
