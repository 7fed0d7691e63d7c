"""Handles two request headers: with `If-Match`, an act is carried out only if its record is unchanged; with `Prefer:
count`, lists include their totals.
"""

import re
from collections.abc import Mapping

from anninh_core.kernel.sentences import Sentence
from anninh_core.operations import BadArguments
from anninh_core.operations.errors import ArgumentError
from anninh_core.operations.operation import Operation
from anninh_core.usecase.actor import Actor

_ETAG = re.compile(r'"(\d{1,18})"')


def apply_if_match(actor: Actor, header: str | None, operation: Operation, arguments: Mapping[str, object]) -> Actor:
    """Return the actor, who is now recorded to have seen the header's version of the record that the operation changes.

    Raises:
        BadArguments: the header is no version, or the operation changes no record with a version.
    """
    if header is None or header.strip() == "*":
        return actor
    if not operation.takes_version:
        raise _build_header_error(
            operation, Sentence("isn't accepted: this operation changes no record that its first argument names")
        )
    etag = _ETAG.fullmatch(header.strip())
    if etag is None:
        raise _build_header_error(
            operation, Sentence('isn\'t a version: send the ETag of the response that you read, such as "3"')
        )
    return operation.add_seen_version(actor, int(etag[1]), arguments)


def apply_prefer(actor: Actor, header: str | None) -> Actor:
    """Return the actor with totals of lists requested if the header prefers `count` (RFC 7240); other preferences are
    ignored.
    """
    if header is None:
        return actor
    preferences = [part.partition("=")[0].partition(";")[0].strip().lower() for part in header.split(",")]
    return actor.counting() if "count" in preferences else actor


def _build_header_error(operation: Operation, message: Sentence) -> BadArguments:
    return BadArguments(operation.name, [ArgumentError("If-Match", message)])
