"""Why something failed, in words that may stand in clear in a queue: enough to act on, nothing of anybody."""

import json
import re
from collections.abc import Iterable

from anninh_core.kernel.errors import AnninhError
from anninh_core.kernel.redact import redact

_MAX_LENGTH = 500
_MASK = "…"
_OWN_ID = re.compile(r"(\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{32,}\b)")


def redact_error(error: Exception, known: Iterable[str] = ()) -> str:
    """Return what an error says, at most 500 characters, without personal data.

    Our own errors speak, with what looks like personal data masked; of others, which may quote anything, only the class
    is named.

    Args:
        known: texts and addresses to mask as well: platforms like to repeat what they were sent.
    """
    if not isinstance(error, AnninhError):
        return type(error).__name__
    text = str(error)
    for secret in sorted(_text_lines(known), key=len, reverse=True):
        text = text.replace(secret, _MASK)
    parts = _OWN_ID.split(text)  # every second one is an id of ours, whose digits may look like a number plate
    return "".join(part if number % 2 else redact(part) for number, part in enumerate(parts))[:_MAX_LENGTH]


def _text_lines(known: Iterable[str]) -> set[str]:
    """Return texts line by line, as they are and as JSON in ASCII has them: so line breaks may be escaped or not."""
    lines = {line.strip() for text in known for line in text.splitlines()} - {""}
    return lines | {json.dumps(line)[1:-1] for line in lines}
