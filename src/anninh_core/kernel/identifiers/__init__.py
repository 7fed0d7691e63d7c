"""Identifiers of people in texts: names, numbers and accounts, each in one comparable form."""

from anninh_core.kernel.identifiers.forms import Identifying, account_forms, find_own_forms, name_forms
from anninh_core.kernel.identifiers.mentions import Mention, find_mentions

__all__ = ["Identifying", "Mention", "account_forms", "find_mentions", "find_own_forms", "name_forms"]
