"""Articles of a knowledge base as files, and those that come with the library."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.profile.knowledge.article_files import read_articles, shipped_articles, write_articles

__all__ = [
    "read_articles",
    "shipped_articles",
    "write_articles",
]

lazy(
    __name__,
    {
        "read_articles": "article_files",
        "shipped_articles": "article_files",
        "write_articles": "article_files",
    },
)
