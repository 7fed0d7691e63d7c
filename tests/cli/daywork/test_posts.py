"""`anninh posts`, as moderators work with them."""

from pathlib import Path

import pytest
from tests.cli.conftest import hear, mock, opened
from tests.cli.daywork.conftest import Appoint


@pytest.fixture
def post(folder: Path) -> str:
    """The end of the id of a post that somebody should look at."""
    with opened(folder) as (app, me):
        chat = mock(app).chat
        (group,) = chat.groups()
        chat.says(chat.person("Anh Mẫu"), "Bán thuốc lá lậu giá rẻ đây, mua ngay http://lua.example", group)
        hear(app)
        seen = app.moderation.list(me).items
        if not seen:
            (one,) = app.groups.list(me)
            raised = app.moderation.raise_post(
                me, "seen-1", "Bán thuốc lá lậu", unit="ninh-hoa", group=one.id, conversation="oa:g"
            )
            return raised.id
        return seen[0].id


def test_a_post_is_decided_and_its_objection_judged(person: Appoint, post: str) -> None:
    """By a rule of the charter; the author's objection is another person's."""
    moderator = person("ninh-hoa", "moderator")
    assert post[-8:] in moderator.run("posts", "list").stdout
    assert "thuốc lá" in moderator.run("posts", "show", post).stdout
    wrong = moderator.refused("posts", "decide", post, "--action", "remind", "--rule", "x", "--why", "y", "--yes")
    assert wrong["code"] == "BadParameter"
    rule = wrong["message"].rpartition(" ")[2]
    decide = ("posts", "decide", post, "--action", "remind", "--rule", rule, "--why", "Quảng cáo")
    assert "--yes" in moderator.refused(*decide)["message"]
    assert ": decided, remind." in moderator.run(*decide, "--yes").stdout
    judged = person("hoa-lu", "standing_officer").refused("posts", "judge", post, "--overturn", "--why", "x", "--yes")
    assert judged["code"] == "WrongStep"
    assert person("ninh-hoa", "editor").refused("posts", "list")["code"] == "Refused"
