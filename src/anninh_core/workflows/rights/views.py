"""What may leave of what is kept of somebody who asks about data of theirs."""

from collections.abc import Mapping

from anninh_core.usecase.views import view


@view
class FoundRecordView:
    """Something that is kept of a person.

    Attributes:
        id: of the record: of a message the one that a correction names, of an account its name in this request.
        fields: field -> its text.
    """

    id: str
    fields: Mapping[str, str]


@view
class FoundCategoryView:
    """What is kept of a person in one category.

    Attributes:
        category: name of the category.
        records: what was found in it.
    """

    category: str
    records: tuple[FoundRecordView, ...]


@view
class FoundDataView:
    """What is kept of whoever asks, by a request's number; where an account writes from isn't shown.

    Attributes:
        open_cases: `kind:id` of the cases that aren't over.
        categories: what was found, by category.
    """

    number: str
    categories: tuple[FoundCategoryView, ...]
    open_cases: tuple[str, ...]
