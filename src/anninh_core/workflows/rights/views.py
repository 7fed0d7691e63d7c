"""Views of a requester's stored data."""

from collections.abc import Mapping

from anninh_core.usecase.views import view


@view
class FoundRecordView:
    """A record of a person's stored data.

    Attributes:
        id: of the record; a correction names a message by it; of an account its pseudonym in this request.
        fields: text by field name.
    """

    id: str
    fields: Mapping[str, str]


@view
class FoundCategoryView:
    """A person's stored data in one category.

    Attributes:
        category: name of the category.
        records: its records.
    """

    category: str
    records: tuple[FoundRecordView, ...]


@view
class FoundDataView:
    """A requester's stored data, by the request's number; without the addresses of accounts.

    Attributes:
        open_cases: `kind:id` of the cases that aren't over.
        categories: the records by category.
    """

    number: str
    categories: tuple[FoundCategoryView, ...]
    open_cases: tuple[str, ...]
