from anninh_core.app.api.noun import Noun, nested, part, verb
from anninh_core.domain.content.collected.service import FoundPieces
from anninh_core.domain.content.editing import ItemEditing
from anninh_core.domain.content.publishing import ItemPublishing
from anninh_core.domain.content.queries import ContentQueries
from anninh_core.domain.content.review import ItemReview
from anninh_core.domain.content.sources import SourceRegister
from anninh_core.domain.drafts.ready_answers import ReadyAnswers
from anninh_core.workflows.allowed_actions.content import PossibleItemSteps
from anninh_core.workflows.publication.content_publication import ContentPublication
from anninh_core.workflows.publication.previews import OutgoingPreviews

_editing = part(lambda internals: internals.services.content.editing)
_review = part(lambda internals: internals.services.content.review)
_publishing = part(lambda internals: internals.services.content.publishing)
_sources = part(lambda internals: internals.services.content.sources)
_found = part(lambda internals: internals.services.content.found)
_queries = part(lambda internals: internals.services.content.queries)
_ready_answers = part(lambda internals: internals.services.ready_answers)
_previews = part(lambda internals: internals.workflows.previews)
_content_publication = part(lambda internals: internals.workflows.content_publication)
_possible_steps = part(lambda internals: internals.workflows.possible_item_steps)


class CollectedContentApi(Noun):
    """Texts that collectors brought, from which editors write items."""

    list = verb(_found, FoundPieces.found)
    get = verb(_found, FoundPieces.found_piece)
    take_up = verb(_found, FoundPieces.take_up)
    pass_over = verb(_found, FoundPieces.pass_over)
    can_do = verb(_possible_steps, PossibleItemSteps.can_do_about_found)


class ContentSourcesApi(Noun):
    """Sources that items may be taken from."""

    list = verb(_sources, SourceRegister.sources)
    get = verb(_sources, SourceRegister.source_of)
    register = verb(_sources, SourceRegister.register_source)
    retire = verb(_sources, SourceRegister.retire_source)


class ContentApi(Noun):
    """Items: written, reviewed, published, corrected, withdrawn. Every verb takes the actor first."""

    attach = verb(_editing, ItemEditing.attach)
    write = verb(_editing, ItemEditing.write)
    edit = verb(_editing, ItemEditing.edit)
    correct = verb(_editing, ItemEditing.correct)
    answer_gate = verb(_review, ItemReview.answer_gate)
    answer_finding = verb(_review, ItemReview.answer_finding)
    approve = verb(_review, ItemReview.approve)
    reject = verb(_review, ItemReview.reject)
    approve_urgently = verb(_review, ItemReview.approve_urgently)
    review_afterwards = verb(_review, ItemReview.review_afterwards)
    withdraw = verb(_publishing, ItemPublishing.withdraw)
    get = verb(_queries, ContentQueries.get)
    missing = verb(_queries, ContentQueries.missing)
    incomplete = verb(_queries, ContentQueries.incomplete)
    list = verb(_queries, ContentQueries.list)
    search = verb(_queries, ContentQueries.search)
    reviews_due = verb(_queries, ContentQueries.reviews_due)
    corrections = verb(_queries, ContentQueries.corrections)
    ledger = verb(_queries, ContentQueries.ledger)
    published = verb(_queries, ContentQueries.published)
    ready_answers = verb(_ready_answers, ReadyAnswers.for_items)
    preview = verb(_previews, OutgoingPreviews.preview_item)
    audience = verb(_content_publication, ContentPublication.audience)
    submit = verb(_content_publication, ContentPublication.submit)
    publish = verb(_content_publication, ContentPublication.publish)
    can_do = verb(_possible_steps, PossibleItemSteps.can_do)

    collected = nested(CollectedContentApi)
    sources = nested(ContentSourcesApi)
