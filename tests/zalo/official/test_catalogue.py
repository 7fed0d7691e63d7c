"""Calls beyond the messenger port, against the pretend Zalo."""

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
    """An article is created, verified, listed, changed and removed, and a verification during its creation is
    retried.
    """
    ask = bench.messenger.api.ask
    token = ask(catalogue.create_article(articles.article_body(STORY)))["data"]["token"]
    with pytest.raises(RetryLater, match="still being made"):
        ask(catalogue.verify_article(token))
    id = ask(catalogue.verify_article(token))["data"]["id"]
    update_token = ask(catalogue.update_article(articles.update_body(id, articles.article_body(STORY))))["data"][
        "token"
    ]
    with pytest.raises(RetryLater):
        ask(catalogue.verify_article(update_token))

    assert ask(catalogue.article(id))["data"]["title"] == STORY.title
    assert [media["id"] for media in ask(catalogue.articles())["data"]["medias"]] == [id]
    ask(catalogue.remove_article(id))
    with pytest.raises(RequestRejected):
        ask(catalogue.article(id))


def test_people_and_labels_are_read(bench: Bench) -> None:
    """The account's people, their profiles and its labels are read and changed."""
    person = bench.somebody()
    ask = bench.messenger.api.ask

    assert ask(catalogue.person(person.id))["data"]["display_name"] == "Khuất Thị Thử"
    assert person.id in [user["user_id"] for user in ask(catalogue.people())["data"]["users"]]
    ask(catalogue.tag(person.id, "tổ 1"))
    assert "tổ 1" in str(ask(catalogue.tags()))
    ask(catalogue.untag(person.id, "tổ 1"))
    assert ask(catalogue.account())["data"]["name"] == "Công an thử"


def test_other_message_kinds_are_sent(bench: Bench) -> None:
    """Cards, lists, information requests and reactions are sent."""
    person = bench.somebody()
    incoming = person.says("xin số")
    ask = bench.messenger.api.ask
    button = bodies.Button("Gọi 113", bodies.call("113"))
    for content in (
        bodies.card("Gọi ai?", [button]),
        bodies.listing([bodies.ListElement("Thủ tục", action=bodies.open_url("https://example.org"))]),
        bodies.request_info("Thông tin", "Để liên hệ", "https://example.org/a.jpg"),
    ):
        ask(catalogue.consultation(bodies.to_person(person.id, content)))
    ask(catalogue.reaction(bodies.reaction(person.id, incoming.id, "/-heart")))

    assert len(person.heard) == 3
    assert list(person.reactions) == [(incoming.id, "/-heart")]


def test_remaining_package_messages_are_read(bench: Bench) -> None:
    """The package's remaining messages are read from Zalo."""
    bench.account.account.monthly = 321
    (quota,) = bench.messenger.api.ask(catalogue.package_quota())["data"]
    assert quota["remain"] == "321"
