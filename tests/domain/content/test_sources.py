"""Tests of the register of official sources."""

import pytest

from anninh_core.domain.content.service import Content
from anninh_core.domain.content.sources import host_of
from anninh_core.kernel.errors import BadInput, NotFound, Refused
from anninh_core.usecase.actor import Actor


def test_page_belongs_to_its_domains_source(content: Content, district_reviewer: Actor) -> None:
    """The official source of a web address is found by its host or by a registered parent domain."""
    content.sources.register_source(
        district_reviewer, "https://www.ninhbinh.gov.vn/", "Cổng thông tin điện tử", "UBND tỉnh Ninh Bình"
    )
    source = content.sources.source_of(district_reviewer, "https://congan.ninhbinh.gov.vn/tin/1")
    assert (source.id, source.owner) == ("ninhbinh.gov.vn", "UBND tỉnh Ninh Bình")
    with pytest.raises(NotFound, match="doesn't belong to a registered source"):
        content.sources.source_of(district_reviewer, "https://ninhbinh.gov.vn.example.com/")


def test_a_retired_source_no_longer_counts(content: Content, district_reviewer: Actor) -> None:
    """A retired official source is neither found nor listed until it is registered again."""
    content.sources.register_source(district_reviewer, "bocongan.gov.vn", "Trang Bộ Công an", "Bộ Công an")
    content.sources.retire_source(district_reviewer, "bocongan.gov.vn")
    assert content.sources.sources(district_reviewer).items == ()
    with pytest.raises(NotFound):
        content.sources.source_of(district_reviewer, "bocongan.gov.vn")
    content.sources.register_source(district_reviewer, "bocongan.gov.vn", "Cổng Bộ Công an", "Bộ Công an")
    assert [source.name for source in content.sources.sources(district_reviewer).items] == ["Cổng Bộ Công an"]


def test_a_source_has_a_domain_and_an_owner(content: Content, district_reviewer: Actor) -> None:
    """An official source with an invalid address or an empty owner is refused."""
    for domain, owner in (("http://[", "Bộ Công an"), ("bocongan.gov.vn", " ")):
        with pytest.raises(BadInput, match="can't be registered: give its domain and the body that runs it"):
            content.sources.register_source(district_reviewer, domain, "Trang", owner)


def test_an_editor_registers_nothing(content: Content, district_editor: Actor) -> None:
    """An editor can't register official sources."""
    with pytest.raises(Refused):
        content.sources.register_source(district_editor, "example.com", "Trang", "Ai đó")


@pytest.mark.parametrize(
    ("address", "host"),
    [("HTTPS://WWW.Chinhphu.vn./a?b", "chinhphu.vn"), ("chinhphu.vn:443", "chinhphu.vn"), ("", ""), ("http://[x", "")],
)
def test_host_of_an_address(address: str, host: str) -> None:
    """The host taken from a web address is in lower case, without `www.`, port and path."""
    assert host_of(address) == host
