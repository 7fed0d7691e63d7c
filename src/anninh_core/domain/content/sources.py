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
    """A site or page whose information is official.

    Attributes:
        id: its domain, lower case; what stands below the domain belongs to it.
        owner: the body that runs it.
        retired: the day from which it no longer counts.
    """

    id: str
    unit: str
    name: str
    owner: str
    registered: date
    retired: date | None = None
    version: int = 0

    def to_view(self) -> SourceView:
        """Return what may leave."""
        return make_view(SourceView, self)


SOURCE = Kind(
    spec=SOURCE_SPEC,
    model=OfficialSource,
    columns=lambda source: {"in_use": source.retired is None},
    scope=lambda _: "",
    numbered=True,
)


class SourceRegister(Service):
    """The register of official sources. The reviewer still answers the gate."""

    action_prefix = "content"

    @command(Permission.CONTENT_REVIEW, public=True)
    def register_source(self, uow: UnitOfWork, domain: str, name: OneLine, owner: OneLine) -> OfficialSource:
        """Put a site into the register, or back into it under these names.

        Raises:
            BadInput: no domain, or no body that runs it.
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
        """Take a site out of the register from today."""
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
        """Return the registered source an address belongs to.

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
    """Return the host of a web address or bare domain, lower case; "" for something that has none."""
    try:
        hostname = urlsplit(address if "//" in address else f"//{address}").hostname
    except ValueError:  # brackets that are no IPv6 address
        return ""
    return (hostname or "").strip(".").removeprefix("www.")
