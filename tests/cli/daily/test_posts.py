"""`anninh posts` for moderators."""

import pytest
from tests.cli.daily.conftest import Appoint

pytestmark = pytest.mark.slow


def test_post_is_decided_by_a_rule(person: Appoint, post: str) -> None:
    """A moderator decides about a post by a rule of the charter; without an appeal the decision can't be judged."""
    moderator = person("ninh-hoa", "moderator")
    assert post[-8:] in moderator.run("posts", "list").stdout
    assert "thuốc lá" in moderator.run("posts", "show", post).stdout
    wrong = moderator.read_refusal("posts", "decide", post, "--action", "remind", "--rule", "x", "--why", "y", "--yes")
    assert wrong["code"] == "BadParameter"
    rule = wrong["message"].rpartition(" ")[2]
    decide = ("posts", "decide", post, "--action", "remind", "--rule", rule, "--why", "Quảng cáo")
    assert "--yes" in moderator.read_refusal(*decide)["message"]
    assert ": decided, remind." in moderator.run(*decide, "--yes").stdout
    judged = person("hoa-lu", "standing_officer").read_refusal(
        "posts", "judge", post, "--overturn", "--why", "x", "--yes"
    )
    assert judged["code"] == "WrongStep"
    assert person("ninh-hoa", "editor").read_refusal("posts", "list")["code"] == "Refused"
