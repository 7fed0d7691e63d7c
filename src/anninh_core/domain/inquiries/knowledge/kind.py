"""Definition of how articles are stored: unencrypted, since they are public."""

from anninh_core.domain.index_specs import ARTICLE_SPEC
from anninh_core.domain.inquiries.knowledge.article import Article
from anninh_core.usecase.kinds import Kind

ARTICLE = Kind(
    spec=ARTICLE_SPEC,
    model=Article,
    columns=lambda article: {"retired": article.retired_on is not None},
    scope=lambda _: "",
    numbered=True,
)
