"""The register of official sources (P-II.3.1.a)."""

from datetime import date
from urllib.parse import urlsplit

from attrs import evolve, frozen

from anninh_core.domain.content.views import SourceView
from anninh_core.domain.index_specs import SOURCE_SPEC
from anninh_core.kernel.errors import BadInput, NotFound
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import Cursor, Limit, OneLine
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.usecase.views import make_view
from anninh_core.vocabulary.permissions import Permission


@frozen(kw_only=True)
class OfficialSource:
    """A site or page with official information.

    Attributes:
        id: its domain, lower case; includes all subdomains.
        owner: the body that runs it.
        retired: first day on which it is no longer official.
    """

    id: str
    unit: str
    name: str
    owner: str
    registered: date
    retired: date | None = None
    version: int = 0

    def to_view(self) -> SourceView:
        """Return the read-only view of the source."""
        return make_view(SourceView, self)


SOURCE = Kind(
    spec=SOURCE_SPEC,
    model=OfficialSource,
    columns=lambda source: {"in_use": source.retired is None},
    scope=lambda _: "",
    numbered=True,
)


class SourceRegister(Service):
    """Use cases of the register of official sources. The register doesn't answer the gate: the reviewer does."""

    action_prefix = "content"

    @command(Permission.CONTENT_REVIEW, public=True)
    def register_source(self, uow: UnitOfWork, domain: str, name: OneLine, owner: OneLine) -> OfficialSource:
        """Add a site to the register, or add a retired one again with these names.

        Raises:
            BadInput: the domain is invalid, or the body that runs it is missing.
        """
        root = self.context.district.root
        uow.permit(root)
        id = host_of(domain)
        if not id or not owner.strip():
            raise BadInput(
                "Source {domain!r} of {owner!r} can't be registered: give its domain and the body that runs it.",
                domain=domain,
                owner=owner,
            )
        source = uow.get(SOURCE, id) or OfficialSource(id=id, unit=root, name="", owner="", registered=uow.today)
        uow.add_event("source.registered")
        uow.facts["source"] = id
        return uow.save(SOURCE, evolve(source, name=nfc(name), owner=nfc(owner), retired=None))

    @command(Permission.CONTENT_REVIEW, public=True)
    def retire_source(self, uow: UnitOfWork, domain: str) -> OfficialSource:
        """Remove a site from the register as of today."""
        uow.permit(self.context.district.root)
        source = uow.load(SOURCE, host_of(domain))
        uow.add_event("source.retired")
        uow.facts["source"] = source.id
        return uow.save(SOURCE, evolve(source, retired=uow.today))

    @query(Permission.CONTENT_READ, public=True)
    def sources(self, session: ReadSession, *, after: Cursor = "", limit: Limit = 50) -> Listing[OfficialSource]:
        """Return a page of the register, by domain."""
        session.permitted_units()
        return session.find(SOURCE, "id", where={"in_use": True}, after=after, limit=limit)

    @query(Permission.CONTENT_READ, public=True)
    def source_of(self, session: ReadSession, url: OneLine) -> OfficialSource:
        """Return the registered source that an address belongs to.

        Raises:
            NotFound: neither its host nor a domain above it is registered.
        """
        session.permitted_units()
        labels = host_of(url).split(".")
        for start in range(len(labels)):
            source = session.get(SOURCE, ".".join(labels[start:]))
            if source is not None and source.retired is None:
                return source
        raise NotFound(
            "{url!r} doesn't belong to a registered source: {act:content.sources.list} lists those that are "
            "registered.",
            url=url,
        )


def host_of(address: str) -> str:
    """Return the host of a web address or bare domain in lower case and without `www.`, "" for a text without one."""
    try:
        hostname = urlsplit(address if "//" in address else f"//{address}").hostname
    except ValueError:  # The address has brackets that don't enclose an IPv6 address.
        return ""
    return (hostname or "").strip(".").removeprefix("www.")
