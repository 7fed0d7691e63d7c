"""Find and mask personal data by its shape and the words around it.

A text is first read as it is meant (see `normalize`): other digits, letters and words in the place of digits, invisible
characters. Names aren't found, nor what no pattern knows: it helps a person look, it doesn't replace one.
"""

from anninh_core.kernel.redact.finding import ScannedText, ScanText, find_personal_data, redact, scan_text
from anninh_core.kernel.redact.forms import canonical
from anninh_core.kernel.redact.model import PERSONAL_KINDS, MaskedText, PersonalDataMatch, PersonalKind
from anninh_core.kernel.redact.normal import Normalized, normal_digits, normalize

__all__ = [
    "PERSONAL_KINDS",
    "MaskedText",
    "Normalized",
    "PersonalDataMatch",
    "PersonalKind",
    "ScanText",
    "ScannedText",
    "canonical",
    "find_personal_data",
    "normal_digits",
    "normalize",
    "redact",
    "scan_text",
]
