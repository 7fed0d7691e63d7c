"""Functions that read a mail: its sender, its time, and the sender's own words without quotes."""

import re
from collections.abc import Sequence
from datetime import UTC
from email import message_from_bytes, policy
from html import unescape
from typing import Any

from anninh_core import vocabulary as v
from anninh_core.kernel import errors, nfc

TAGS = re.compile(r"<(style|script)\b.*?</\1>|<[^>]+>", re.DOTALL | re.IGNORECASE)


def read_mail(body: bytes) -> Any:
    """Return a mail with its headers; raise `BadInput` if a required header is missing."""
    mail = message_from_bytes(body, policy=policy.default)
    if not (mail["Message-ID"] and mail["From"] and mail["Date"]):
        raise errors.BadInput("this is no mail: it lacks its id, its sender or its date")
    return mail


def parse_mail(mail: Any, instance: str, office: str) -> Sequence[v.InboundMessage]:
    """Return the message in a mail; nothing if it comes from our own address or from a machine."""
    try:
        (sender,) = mail["From"].addresses
        answers = str(mail["In-Reply-To"] or "")
        at = mail["Date"].datetime
        at = at if at.tzinfo else at.replace(tzinfo=UTC)  # "-0000" means UTC with an unknown local time zone
        part = mail.get_body(("plain", "html"))
        words = part.get_content() if part else ""
        files = [
            v.Attachment("file", attachment.get_filename() or "", lost="refused")
            for attachment in mail.iter_attachments()
        ]
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise errors.BadInput(f"this is no mail that can be read: {type(error).__name__}") from error
    if sender.addr_spec == office or mail.get("Auto-Submitted", "no") != "no":
        return []  # The mail is our own or automatic: a reply could start a loop.
    if part and part.get_content_subtype() == "html":
        words = unescape(TAGS.sub("", words))
    own_words = "\n".join(line for line in words.splitlines() if not line.startswith(">"))
    text = own_words if answers else f"{mail['Subject'] or ''}\n{own_words}"
    person = v.Address(instance, v.Place.PERSON, sender.addr_spec.lower())
    details: dict[str, Any] = {
        "sender_name": nfc(sender.display_name),
        "attachments": tuple(files),
        "reply_to": answers,
    }
    id, text = str(mail["Message-ID"]), nfc(text.strip())
    return [v.InboundMessage(id=id, conversation=person, sender=person, text=text, sent_at=at, **details)]
