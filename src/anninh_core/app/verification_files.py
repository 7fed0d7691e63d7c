"""Files with which messengers prove to their platforms that this web address belongs to the authority."""

import re
from collections.abc import Mapping

from anninh_core.kernel.errors import ConfigurationError
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.messengers.platform import ShowsFiles

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")
_RESERVED_NAMES = frozenset({"hook", "livez", "metrics", "readyz"})


def collect_verification_files(messengers: Mapping[str, Messenger]) -> Mapping[str, bytes]:
    """Return the contents of the verification files that the web server serves at its root, by their names.

    Raises:
        ConfigurationError: a name has other characters than letters, digits, `.`, `_` and `-`, is reserved by the web
            server, or is used by two messengers for different contents.
    """
    contents: dict[str, bytes] = {}
    for instance, messenger in messengers.items():
        files = messenger.files() if isinstance(messenger, ShowsFiles) else {}
        for name, content in files.items():
            if not _NAME.fullmatch(name):
                raise ConfigurationError(
                    "Messenger {messenger!r} serves a file with the invalid name {file!r}: correct the "
                    "messenger's options; use at most 200 letters, digits, dots, hyphens and underscores, "
                    "and no slash.",
                    messenger=instance,
                    file=name,
                )
            if name in _RESERVED_NAMES or contents.get(name, content) != content:
                raise ConfigurationError(
                    "Messenger {messenger!r} serves a file named {file!r}, but this address is already in "
                    "use: correct the messenger's options.",
                    messenger=instance,
                    file=name,
                )
            contents[name] = content
    return contents
