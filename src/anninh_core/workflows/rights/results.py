"""What an officer is answered about data of whoever asks: what was found, and the copy."""

from collections.abc import Mapping

from attrs import field, frozen

from anninh_core.usecase.views import Download, make_view
from anninh_core.workflows.rights.collecting import Found
from anninh_core.workflows.rights.views import FoundCategoryView, FoundDataView


@frozen(kw_only=True)
class FoundData:
    """What is kept of whoever asks.

    Attributes:
        number: of the request.
        records: category -> what was found; where an account writes from isn't shown, the copy has it.
        open_cases: `kind:id` of the cases that aren't over: they keep their words whatever is asked.
    """

    number: str
    records: Found = field(repr=False)
    open_cases: tuple[str, ...] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        """Category -> how many records."""
        return {category: len(records) for category, records in self.records.items()}

    def to_view(self) -> FoundDataView:
        """Return what may leave."""
        categories = tuple(
            FoundCategoryView(category=category, records=tuple(one.to_view() for one in records))
            for category, records in self.records.items()
        )
        return make_view(FoundDataView, self, categories=categories)


@frozen(kw_only=True)
class DataCopy:
    """A copy to be handed over outside the chat. The program keeps none.

    Attributes:
        name: file name; `media_type` of the file.
        sha256: hash of its bytes.
    """

    name: str
    media_type: str
    content: bytes = field(repr=False)
    sha256: str

    def to_view(self) -> Download:
        """Return the file."""
        return Download(self.name, self.media_type, self.content)
