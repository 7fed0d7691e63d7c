from anninh_core.kernel.dates import VIETNAM as VIETNAM
from anninh_core.kernel.text import contains_phrase as contains_phrase
from anninh_core.kernel.text import fold as fold
from anninh_core.kernel.text import nfc as nfc
