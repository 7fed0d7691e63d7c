"""How the kinds are kept whose cases end."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from anninh_core.rooms.inquiries.kind import INQUIRY
from anninh_core.rooms.moderation.kind import POST
from anninh_core.rooms.moderation.model import Post
from anninh_core.rooms.retention.keeping import Keeping
from anninh_core.rooms.tips.kind import TIP
from anninh_core.vocabulary.district import District


def keepings(district: District) -> Mapping[str, Keeping[Any]]:
    """Return how the kinds are kept whose cases end, by their names."""

    def post_ended_on(post: Post) -> date | None:
        return post.ended_on(timedelta(days=district.charter.appeal_days))

    found: tuple[Keeping[Any], ...] = (
        Keeping(kind=TIP, data="content", ended_on=lambda tip: tip.ended_on),
        Keeping(kind=INQUIRY, data="content", ended_on=lambda inquiry: inquiry.ended_on),
        Keeping(kind=POST, data="post", ended_on=post_ended_on),
    )
    return {keeping.kind.name: keeping for keeping in found}
