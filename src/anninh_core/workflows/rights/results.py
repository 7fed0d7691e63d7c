"""Results for an officer who handles a request about personal data: the stored data, and its copy."""

from collections.abc import Mapping

from attrs import field, frozen

from anninh_core.usecase.views import Download, make_view
from anninh_core.workflows.rights.collecting import Found
from anninh_core.workflows.rights.views import FoundCategoryView, FoundDataView


@frozen(kw_only=True)
class FoundData:
    """The requester's stored data.

    Attributes:
        number: of the request.
        records: records by category; without the addresses of accounts, which only the copy contains.
        open_cases: `kind:id` of the cases that aren't over: they keep their words regardless of the request.
    """

    number: str
    records: Found = field(repr=False)
    open_cases: tuple[str, ...] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        """Number of records by category."""
        return {category: len(records) for category, records in self.records.items()}

    def to_view(self) -> FoundDataView:
        """Return the view of the data, without the addresses of accounts."""
        categories = tuple(
            FoundCategoryView(category=category, records=tuple(record.to_view() for record in records))
            for category, records in self.records.items()
        )
        return make_view(FoundDataView, self, categories=categories)


@frozen(kw_only=True)
class DataCopy:
    """A copy of a person's data, to be handed over outside the chat. The system doesn't store it.

    Attributes:
        name: file name; `media_type` of the file.
        sha256: hash of its bytes.
    """

    name: str
    media_type: str
    content: bytes = field(repr=False)
    sha256: str

    def to_view(self) -> Download:
        """Return the copy as a file."""
        return Download(self.name, self.media_type, self.content)
