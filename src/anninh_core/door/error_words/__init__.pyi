from anninh_core.door.error_words.explain import explain_error as explain_error
from anninh_core.door.error_words.general import worded_code as worded_code
from anninh_core.door.error_words.general import words_of as words_of
