"""Find and mask personal data by its shape and the words around it.

A text is first normalised (see `normalize`): other digits, letters and words in place of digits, invisible characters.
Names and data without a known pattern aren't found: the search supports a person's check, and doesn't replace it.
"""

from anninh_core.kernel.redact.finding import ScannedText, ScanText, find_personal_data, redact, scan_text
from anninh_core.kernel.redact.forms import canonical
from anninh_core.kernel.redact.model import PERSONAL_KINDS, MaskedText, PersonalDataMatch, PersonalKind
from anninh_core.kernel.redact.normal import Normalized, extract_digits, normalize

__all__ = [
    "PERSONAL_KINDS",
    "MaskedText",
    "Normalized",
    "PersonalDataMatch",
    "PersonalKind",
    "ScanText",
    "ScannedText",
    "canonical",
    "extract_digits",
    "find_personal_data",
    "normalize",
    "redact",
    "scan_text",
]
