"""What can be asked beyond the port, against the pretend Zalo."""

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


def test_articles_are_made_and_removed(bench: Bench) -> None:
    """Made, verified, listed, changed and removed; while one is being made, asking again helps."""
    ask = bench.messenger.api.ask
    token = ask(catalogue.create_article(articles.article_body(STORY)))["data"]["token"]
    with pytest.raises(RetryLater, match="still being made"):
        ask(catalogue.verify_article(token))
    id = ask(catalogue.verify_article(token))["data"]["id"]
    again = ask(catalogue.update_article(articles.update_body(id, articles.article_body(STORY))))["data"]["token"]
    with pytest.raises(RetryLater):
        ask(catalogue.verify_article(again))

    assert ask(catalogue.article(id))["data"]["title"] == STORY.title
    assert [one["id"] for one in ask(catalogue.articles())["data"]["medias"]] == [id]
    ask(catalogue.remove_article(id))
    with pytest.raises(RequestRejected):
        ask(catalogue.article(id))


def test_people_and_labels(bench: Bench) -> None:
    """Who is known, what of them, and the account's labels."""
    person = bench.somebody()
    ask = bench.messenger.api.ask

    assert ask(catalogue.person(person.id))["data"]["display_name"] == "Khuất Thị Thử"
    assert person.id in [one["user_id"] for one in ask(catalogue.people())["data"]["users"]]
    ask(catalogue.tag(person.id, "tổ 1"))
    assert "tổ 1" in str(ask(catalogue.tags()))
    ask(catalogue.untag(person.id, "tổ 1"))
    assert ask(catalogue.account())["data"]["name"] == "Công an thử"


def test_cards_lists_and_reactions(bench: Bench) -> None:
    """Every other kind of message goes by the same way."""
    person = bench.somebody()
    said = person.says("xin số")
    ask = bench.messenger.api.ask
    button = bodies.Button("Gọi 113", bodies.call("113"))
    for said_by_us in (
        bodies.card("Gọi ai?", [button]),
        bodies.listing([bodies.ListElement("Thủ tục", action=bodies.open_url("https://example.org"))]),
        bodies.request_info("Thông tin", "Để liên hệ", "https://example.org/a.jpg"),
    ):
        ask(catalogue.consultation(bodies.to_person(person.id, said_by_us)))
    ask(catalogue.reaction(bodies.reaction(person.id, said.id, "/-heart")))

    assert len(person.heard) == 3
    assert list(person.reactions) == [(said.id, "/-heart")]


def test_the_packages_messages(bench: Bench) -> None:
    """How many are left is asked for, never assumed."""
    bench.account.account.monthly = 321
    (told,) = bench.messenger.api.ask(catalogue.package_quota())["data"]
    assert told["remain"] == "321"
