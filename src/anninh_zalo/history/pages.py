"""Reading Zalo's lists of conversations, newest first, page by page."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve

from anninh_core.kernel.errors import RequestRejected
from anninh_core.vocabulary.messages import Address, Place
from anninh_zalo.api.calls import Asks, Call, get, get_data
from anninh_zalo.history.items import Item, read_item

PAGE = 10
"""Messages of a page; Zalo's documentation allows no more, and groups show fewer unless they are asked for."""

_log = logging.getLogger(__name__)
_NAMES = ("data", "messages", "conversations", "chats", "items")


class Pages:
    """Reads lists.

    Args:
        api: asks in the name of the account.
    """

    def __init__(self, api: Asks) -> None:
        self._api = api

    def recent(self, place: Place, most_pages: int) -> Iterator[Sequence[Item]]:
        """Yield pages of the newest message of each conversation."""
        path = "/v3.0/oa/group/listrecentchat" if place is Place.GROUP else "/v2.0/oa/listrecentchat"
        return self._pages(place, path, {}, most_pages)

    def conversation(self, of: Address, most_pages: int, *, whole: bool = False) -> Iterator[Sequence[Item]]:
        """Yield pages of the messages of a conversation.

        Raises:
            RequestRejected: with `whole`, a row can't be read: the list must not prove that a message is absent.
        """
        if of.place is Place.GROUP:
            return self._pages(of.place, "/v3.0/oa/group/conversation", {"group_id": of.id}, most_pages, whole=whole)
        return self._pages(of.place, "/v2.0/oa/conversation", {"user_id": of.id}, most_pages, whole=whole)

    def _pages(
        self, place: Place, path: str, whose: Mapping[str, str], most_pages: int, *, whole: bool = False
    ) -> Iterator[Sequence[Item]]:
        """Yield pages until an empty one: a short one needn't be the last, some lists show fewer than are asked for."""
        offset, seen = 0, set[str]()
        for _ in range(most_pages):
            try:
                found = lines(self._api.ask(_asking(place, path, {**whose, "offset": offset, "count": PAGE})))
            except RequestRejected:
                if not offset:
                    raise
                return  # beyond the end
            if not found:
                return
            offset += len(found)
            items = [item for item in map(read_item, found) if item is not None]
            if unread := len(found) - len(items):
                _log.warning("%d lines of a list of messages can't be read: no id, author or time", unread)
                if whole:
                    raise RequestRejected("a line of a list of messages can't be read; use a newer version of anninh")
            if items and seen.issuperset(item.id for item in items):
                return  # the same again: this list knows no offset
            seen.update(item.id for item in items)
            yield [evolve(item, group=whose["group_id"]) for item in items] if "group_id" in whose else items


def _asking(place: Place, path: str, parameters: Mapping[str, Any]) -> Call:
    return get(path, **parameters) if place is Place.GROUP else get_data(path, **parameters)


def lines(body: Mapping[str, Any]) -> Sequence[object]:
    """Return the lines of a list, which is `data` itself or lies further inside.

    Raises:
        RequestRejected: there is no list: what isn't understood must not pass for an empty conversation.
    """
    inside: object = body
    for _ in range(4):
        if isinstance(inside, list):
            return inside
        inside = next((inside[name] for name in _NAMES if name in inside), None) if isinstance(inside, dict) else None
    raise RequestRejected("openapi: a list of messages holds no list; use a newer version of anninh")
