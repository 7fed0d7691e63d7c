"""People's files are fetched only from the platform's hosts and from hosts in the options."""

import pytest
from tests.zalo.conftest import build_bench

from anninh_core.kernel.errors import RecipientUnreachable, RequestRejected
from anninh_core.ports.messengers.platform import Fetches
from anninh_core.testing.services import memory_services
from anninh_core.vocabulary.messages import Attachment
from anninh_zalo.bot.messenger import ZaloBot

TOKEN = "1:x"


def test_picture_is_fetched_from_an_allowed_host() -> None:
    """A picture is fetched over HTTP from an allowed host; another host is refused, and an expired link is
    permanent.
    """
    without_hosts = build_bench()
    with without_hosts.sandbox.serve() as serving:
        bench = build_bench(media_hosts=f"127.0.0.1:{serving.port}")
        url = without_hosts.sandbox.media(b"anh", "anh.jpg")
        assert isinstance(bench.messenger, Fetches)
        assert bench.messenger.fetch(Attachment("image", url=url)) == b"anh"
        with pytest.raises(RequestRejected):
            without_hosts.messenger.fetch(Attachment("image", url=url))
        without_hosts.sandbox.forget_media(url)
        with pytest.raises(RecipientUnreachable):
            bench.messenger.fetch(Attachment("image", url=url))


def test_bot_fetches_only_from_configured_hosts() -> None:
    """A bot fetches files only if its options name hosts, because Zalo doesn't document the hosts of a bot's files."""
    assert not ZaloBot("bot", {"token": TOKEN}, memory_services()).fetches
    assert ZaloBot("bot", {"token": TOKEN, "media_hosts": ".example.org"}, memory_services()).fetches
