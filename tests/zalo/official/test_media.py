"""What people send is fetched from the platform's own hosts, and from those that the options name."""

import pytest
from tests.zalo.conftest import bench_with

from anninh_core.kernel.errors import RecipientUnreachable, RequestRejected
from anninh_core.ports.messengers.platform import Fetches
from anninh_core.testing.services import memory_services
from anninh_core.vocabulary.messages import Attachment
from anninh_zalo.bot.messenger import ZaloBot

TOKEN = "1:x"


def test_a_picture_is_fetched() -> None:
    """Over real HTTP from a host that the options allow; a link that has died and another host are told apart."""
    plain = bench_with()
    with plain.sandbox.serve() as serving:
        bench = bench_with(media_hosts=f"127.0.0.1:{serving.port}")
        url = plain.sandbox.media(b"anh", "anh.jpg")
        assert isinstance(bench.messenger, Fetches)
        assert bench.messenger.fetch(Attachment("image", url=url)) == b"anh"
        with pytest.raises(RequestRejected):
            plain.messenger.fetch(Attachment("image", url=url))
        plain.sandbox.forget_media(url)
        with pytest.raises(RecipientUnreachable):
            bench.messenger.fetch(Attachment("image", url=url))


def test_a_bot_fetches_where_hosts_are_named() -> None:
    """Where its files lie isn't known: without a host the links stay as they are."""
    assert not ZaloBot("bot", {"token": TOKEN}, memory_services()).fetches
    assert ZaloBot("bot", {"token": TOKEN, "media_hosts": ".example.org"}, memory_services()).fetches
