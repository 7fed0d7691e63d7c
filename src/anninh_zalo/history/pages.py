"""Read Zalo's lists of conversations, newest first, page by page."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve

from anninh_core.kernel.errors import RequestRejected
from anninh_core.vocabulary.messages import Address, Place
from anninh_zalo.api.calls import ApiCall, ApiClient, build_data_call, get
from anninh_zalo.history.items import HistoryItem, read_item

PAGE = 10
"""Number of messages per page: the maximum in Zalo's documentation; groups return fewer by default."""

_log = logging.getLogger(__name__)
_NAMES = ("data", "messages", "conversations", "chats", "items")


class HistoryPages:
    """Reads Zalo's lists of messages, page by page."""

    def __init__(self, api: ApiClient) -> None:
        self._api = api

    def recent(self, place: Place, most_pages: int) -> Iterator[Sequence[HistoryItem]]:
        """Yield pages of a list that has the newest message of each conversation."""
        path = "/v3.0/oa/group/listrecentchat" if place is Place.GROUP else "/v2.0/oa/listrecentchat"
        return self._iter_pages(place, path, {}, most_pages)

    def conversation(self, of: Address, most_pages: int, *, whole: bool = False) -> Iterator[Sequence[HistoryItem]]:
        """Yield pages of the messages of a conversation.

        Raises:
            RequestRejected: with `whole`, a row can't be read: the list must not prove that a message is absent.
        """
        if of.place is Place.GROUP:
            return self._iter_pages(
                of.place, "/v3.0/oa/group/conversation", {"group_id": of.id}, most_pages, whole=whole
            )
        return self._iter_pages(of.place, "/v2.0/oa/conversation", {"user_id": of.id}, most_pages, whole=whole)

    def _iter_pages(
        self, place: Place, path: str, owner: Mapping[str, str], most_pages: int, *, whole: bool = False
    ) -> Iterator[Sequence[HistoryItem]]:
        """Yield the pages of a list until an empty one: a short page needn't be the last, as some lists return fewer
        than requested.
        """
        offset = 0
        seen_ids = set[str]()
        for _ in range(most_pages):
            try:
                rows = find_lines(
                    self._api.ask(_build_list_call(place, path, {**owner, "offset": offset, "count": PAGE}))
                )
            except RequestRejected:
                if not offset:
                    raise
                return  # The offset is beyond the end of the list.
            if not rows:
                return
            offset += len(rows)
            items = [item for item in map(read_item, rows) if item is not None]
            if unreadable := len(rows) - len(items):
                _log.warning("%d lines of a list of messages can't be read: no id, author or time", unreadable)
                if whole:
                    raise RequestRejected("A line in a list of messages can't be read: update anninh.")
            if items and seen_ids.issuperset(item.id for item in items):
                return  # The same page came again, so that this list ignores the offset.
            seen_ids.update(item.id for item in items)
            yield [evolve(item, group=owner["group_id"]) for item in items] if "group_id" in owner else items


def _build_list_call(place: Place, path: str, parameters: Mapping[str, Any]) -> ApiCall:
    return get(path, **parameters) if place is Place.GROUP else build_data_call(path, **parameters)


def find_lines(body: Mapping[str, Any]) -> Sequence[object]:
    """Return the lines of a list in a response's body; the list is `data` itself or nested in it.

    Raises:
        RequestRejected: no list: an unknown format must not pass for an empty conversation.
    """
    node: object = body
    for _ in range(4):
        if isinstance(node, list):
            return node
        node = next((node[name] for name in _NAMES if name in node), None) if isinstance(node, dict) else None
    raise RequestRejected("Zalo's response to a request for messages has no list: update anninh.")
