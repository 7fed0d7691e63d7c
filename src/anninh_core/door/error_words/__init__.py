"""What people read of an error: one place for the command line, the API and whatever else shows errors to people.

`general` has a sentence for each class of errors, in each language. `particular` has Vietnamese for the sentences that
errors are raised with, the value and the way out in them. `explain_error` takes the particular one where there is one.
"""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.door.error_words.codes import code_of, code_of_class
    from anninh_core.door.error_words.explain import explain_error
    from anninh_core.door.error_words.general import Language, choose_language, worded_code, words_of
    from anninh_core.door.error_words.particular import translate_sentence

__all__ = [
    "Language",
    "choose_language",
    "code_of",
    "code_of_class",
    "explain_error",
    "translate_sentence",
    "worded_code",
    "words_of",
]

lazy(
    __name__,
    {
        "Language": "general",
        "choose_language": "general",
        "code_of": "codes",
        "code_of_class": "codes",
        "explain_error": "explain",
        "translate_sentence": "particular",
        "worded_code": "general",
        "words_of": "general",
    },
)
