"""An article sent to all followers, or to those of a kind."""

from collections.abc import Mapping

from anninh_zalo.testing.call import Call
from anninh_zalo.testing.clock import VIETNAM
from anninh_zalo.testing.openapi import night
from anninh_zalo.testing.state import Article, Message, Profile
from anninh_zalo.testing.wire import Json, Refused

TARGETS = ("ages", "gender", "locations", "cities", "platform")
"""What followers can be chosen by; a value is a list of codes with commas between them."""


def broadcast(call: Call) -> Json:
    """POST /v2.0/oa/message to a target: followers hear it, by day only.

    It stands in no conversation and comes back as no event: no documentation names one.
    """
    target, article = _target(call), _article(call)
    night.check(call.world, promotes=True)
    _take(call)
    sent = Message(
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
        if person.follows and not person.refusal and _fits(person, target):
            person.heard.append(sent)
    call.world.changed.notify_all()
    return {"message_id": sent.id}


def _target(call: Call) -> Mapping[str, str]:
    target = call.inside("recipient")["target"]
    if not isinstance(target, dict) or not target.keys() <= {*TARGETS}:
        raise Refused(-201, f"target is invalid: it may have {', '.join(TARGETS)}")
    return {name: str(codes) for name, codes in target.items() if codes}


def _fits(person: Profile, target: Mapping[str, str]) -> bool:
    return all(person.traits.get(name) in codes.split(",") for name, codes in target.items())


def _article(call: Call) -> Article:
    attachment = call.inside("message").get("attachment")
    payload = attachment.get("payload") if isinstance(attachment, dict) else None
    elements = payload.get("elements") if isinstance(payload, dict) else None
    match elements:
        case [{"media_type": "article", "attachment_id": str(id)}] if id in call.account.articles:
            article: Article = call.account.articles[id]
        case _:
            raise Refused(-201, "elements is exactly one article of this OA")
    if article.checks:
        raise Refused(-214, "The article is being processed")
    return article


def _take(call: Call) -> None:
    month = call.world.now().astimezone(VIETNAM).strftime("broadcasts %Y-%m")
    most = call.account.broadcasts
    if most is not None and call.account.spent[month] >= most:
        raise Refused(-223, "Your OA has used up its monthly article broadcast quota")
    call.account.spent[month] += 1
