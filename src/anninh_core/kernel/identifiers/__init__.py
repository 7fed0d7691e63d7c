"""What leads to somebody in a text: names, numbers and accounts, each in one form that is compared."""

from anninh_core.kernel.identifiers.forms import Identifying, account_forms, find_own_forms, name_forms
from anninh_core.kernel.identifiers.mentions import Mention, find_mentions

__all__ = ["Identifying", "Mention", "account_forms", "find_mentions", "find_own_forms", "name_forms"]
