"""Broadcasts of an article to all followers, or to selected ones."""

from collections.abc import Mapping

from anninh_zalo.testing import night
from anninh_zalo.testing.call import SandboxCall
from anninh_zalo.testing.clock import VIETNAM
from anninh_zalo.testing.state import SandboxArticle, SandboxMessage, SandboxProfile
from anninh_zalo.testing.wire import Json, SandboxRefusal

TARGETS = ("ages", "gender", "locations", "cities", "platform")
"""Criteria with which a broadcast selects followers; a value is a list of codes with commas between them."""


def send_broadcast(call: SandboxCall) -> Json:
    """Answer POST /v2.0/oa/message to a target, which sends an article to followers, by day only.

    The article isn't part of any conversation and causes no event: no documentation names one.
    """
    target = _read_target(call)
    article = _read_article(call)
    night.refuse_at_night(call.world, promotes=True)
    _charge_broadcast(call)
    message = SandboxMessage(
        id=call.world.ids.hex("message"),
        at=call.world.now(),
        conversation="",
        author=call.account.id,
        kind="article",
        text=str(article.fields["title"]),
        attachments=({"type": "article", "payload": {"id": article.id}},),
        app=call.app.id,
    )
    for person in call.account.people.values():
        if person.follows and not person.refusal and _matches_target(person, target):
            person.heard.append(message)
    call.world.changed.notify_all()
    return {"message_id": message.id}


def _read_target(call: SandboxCall) -> Mapping[str, str]:
    target = call.get_object("recipient")["target"]
    if not isinstance(target, dict) or not target.keys() <= {*TARGETS}:
        raise SandboxRefusal(-201, f"target is invalid: it may have {', '.join(TARGETS)}")
    return {name: str(codes) for name, codes in target.items() if codes}


def _matches_target(person: SandboxProfile, target: Mapping[str, str]) -> bool:
    return all(person.traits.get(name) in codes.split(",") for name, codes in target.items())


def _read_article(call: SandboxCall) -> SandboxArticle:
    attachment = call.get_object("message").get("attachment")
    payload = attachment.get("payload") if isinstance(attachment, dict) else None
    elements = payload.get("elements") if isinstance(payload, dict) else None
    match elements:
        case [{"media_type": "article", "attachment_id": str(id)}] if id in call.account.articles:
            article: SandboxArticle = call.account.articles[id]
        case _:
            raise SandboxRefusal(-201, "elements is exactly one article of this OA")
    if article.checks:
        raise SandboxRefusal(-214, "The article is being processed")
    return article


def _charge_broadcast(call: SandboxCall) -> None:
    month = call.world.now().astimezone(VIETNAM).strftime("broadcasts %Y-%m")
    most = call.account.broadcasts
    if most is not None and call.account.spent[month] >= most:
        raise SandboxRefusal(-223, "Your OA has used up its monthly article broadcast quota")
    call.account.spent[month] += 1
