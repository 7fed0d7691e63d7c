from anninh_core.collectors.fetching import SourceAnswer as SourceAnswer
from anninh_core.collectors.fetching import SourceValidators as SourceValidators
from anninh_core.collectors.fetching import fetch_source as fetch_source
from anninh_core.collectors.words import plain_words as plain_words
