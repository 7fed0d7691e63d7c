"""What collectors are written with: asking a source within limits, and the plain words of what it says."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.collectors.fetching import SourceAnswer, SourceValidators, fetch_source
    from anninh_core.collectors.words import plain_words

__all__ = ["SourceAnswer", "SourceValidators", "fetch_source", "plain_words"]

lazy(
    __name__,
    {
        "SourceAnswer": "fetching",
        "SourceValidators": "fetching",
        "fetch_source": "fetching",
        "plain_words": "words",
    },
)
