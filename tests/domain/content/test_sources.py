"""The register of official sources."""

import pytest

from anninh_core.domain.content.service import Content
from anninh_core.domain.content.sources import host_of
from anninh_core.kernel.errors import BadInput, NotFound, Refused
from anninh_core.usecase.actor import Actor


def test_page_belongs_to_its_domains_source(content: Content, minh: Actor) -> None:
    """The source of an address is found by its host or a registered parent domain."""
    content.sources.register_source(
        minh, "https://www.ninhbinh.gov.vn/", "Cổng thông tin điện tử", "UBND tỉnh Ninh Bình"
    )
    source = content.sources.source_of(minh, "https://congan.ninhbinh.gov.vn/tin/1")
    assert (source.id, source.owner) == ("ninhbinh.gov.vn", "UBND tỉnh Ninh Bình")
    with pytest.raises(NotFound, match="doesn't belong to a registered source"):
        content.sources.source_of(minh, "https://ninhbinh.gov.vn.example.com/")


def test_a_retired_source_no_longer_counts(content: Content, minh: Actor) -> None:
    """A retired source is neither found nor listed until it is registered again."""
    content.sources.register_source(minh, "bocongan.gov.vn", "Trang Bộ Công an", "Bộ Công an")
    content.sources.retire_source(minh, "bocongan.gov.vn")
    assert content.sources.sources(minh).items == ()
    with pytest.raises(NotFound):
        content.sources.source_of(minh, "bocongan.gov.vn")
    content.sources.register_source(minh, "bocongan.gov.vn", "Cổng Bộ Công an", "Bộ Công an")
    assert [source.name for source in content.sources.sources(minh).items] == ["Cổng Bộ Công an"]


def test_a_source_has_a_domain_and_an_owner(content: Content, minh: Actor) -> None:
    """An invalid address and an empty owner are refused."""
    for domain, owner in (("http://[", "Bộ Công an"), ("bocongan.gov.vn", " ")):
        with pytest.raises(BadInput, match="can't be registered: give its domain and the body that runs it"):
            content.sources.register_source(minh, domain, "Trang", owner)


def test_an_editor_registers_nothing(content: Content, hoa: Actor) -> None:
    """An editor can't register official sources."""
    with pytest.raises(Refused):
        content.sources.register_source(hoa, "example.com", "Trang", "Ai đó")


@pytest.mark.parametrize(
    ("address", "host"),
    [("HTTPS://WWW.Chinhphu.vn./a?b", "chinhphu.vn"), ("chinhphu.vn:443", "chinhphu.vn"), ("", ""), ("http://[x", "")],
)
def test_host_of_an_address(address: str, host: str) -> None:
    """The host of an address is in lower case, without `www.`, port and path."""
    assert host_of(address) == host
