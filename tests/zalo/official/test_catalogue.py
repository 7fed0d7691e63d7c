"""Calls to Zalo that aren't part of the messenger port work on the simulated Zalo."""

import pytest
from tests.zalo.conftest import Bench

from anninh_core.kernel.errors import RequestRejected, RetryLater
from anninh_zalo.api import catalogue
from anninh_zalo.sending import articles, bodies

STORY = articles.ZaloArticle(
    title="Cảnh báo lừa đảo",
    author="Công an huyện",
    description="Ba dấu hiệu",
    cover="https://example.org/a.jpg",
    paragraphs=(("text", "Không chuyển tiền."),),
)


def test_articles_are_created_and_removed(bench: Bench) -> None:
    """An article can be created, verified, listed, changed and removed; while it is being created, its verification is
    retried.
    """
    ask = bench.messenger.api.ask
    token = ask(catalogue.create_article_call(articles.article_body(STORY)))["data"]["token"]
    with pytest.raises(RetryLater, match="still being made"):
        ask(catalogue.verify_article_call(token))
    id = ask(catalogue.verify_article_call(token))["data"]["id"]
    update_token = ask(catalogue.update_article_call(articles.update_body(id, articles.article_body(STORY))))["data"][
        "token"
    ]
    with pytest.raises(RetryLater):
        ask(catalogue.verify_article_call(update_token))

    assert ask(catalogue.article_call(id))["data"]["title"] == STORY.title
    assert [media["id"] for media in ask(catalogue.articles_call())["data"]["medias"]] == [id]
    ask(catalogue.remove_article_call(id))
    with pytest.raises(RequestRejected):
        ask(catalogue.article_call(id))


def test_people_and_labels_are_read(bench: Bench) -> None:
    """The account's people, their profiles and the account's labels can be read and changed."""
    person = bench.add_writer()
    ask = bench.messenger.api.ask

    assert ask(catalogue.person_call(person.id))["data"]["display_name"] == "Khuất Thị Thử"
    assert person.id in [user["user_id"] for user in ask(catalogue.people_call())["data"]["users"]]
    ask(catalogue.tag_call(person.id, "tổ 1"))
    assert "tổ 1" in str(ask(catalogue.tags_call()))
    ask(catalogue.untag_call(person.id, "tổ 1"))
    assert ask(catalogue.account_call())["data"]["name"] == "Công an thử"


def test_other_message_kinds_are_sent(bench: Bench) -> None:
    """Cards, lists, information requests and reactions can be sent."""
    person = bench.add_writer()
    incoming = person.says("xin số")
    ask = bench.messenger.api.ask
    button = bodies.Button("Gọi 113", bodies.call_action("113"))
    for content in (
        bodies.buttons_content("Gọi ai?", [button]),
        bodies.list_content([bodies.ListElement("Thủ tục", action=bodies.open_url_action("https://example.org"))]),
        bodies.info_request_content("Thông tin", "Để liên hệ", "https://example.org/a.jpg"),
    ):
        ask(catalogue.consultation_call(bodies.person_body(person.id, content)))
    ask(catalogue.reaction_call(bodies.reaction_body(person.id, incoming.id, "/-heart")))

    assert len(person.heard) == 3
    assert list(person.reactions) == [(incoming.id, "/-heart")]


def test_remaining_package_messages_are_read(bench: Bench) -> None:
    """The package's remaining messages are read from Zalo."""
    bench.account.account.monthly = 321
    (quota,) = bench.messenger.api.ask(catalogue.package_quota_call())["data"]
    assert quota["remain"] == "321"
