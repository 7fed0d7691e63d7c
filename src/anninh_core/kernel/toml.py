"""TOML that anybody may have written, and values as it writes them."""

import json
import tomllib
from typing import Any

from anninh_core.kernel.text import visible


def parse_toml(text: str | bytes) -> dict[str, Any]:
    """Return what stands in a TOML file.

    Raises:
        ValueError: it isn't UTF-8 or no TOML, or nothing that a program should read: nested too deeply, or a number of
            thousands of digits. The sentence is short, in one line, and names the place where there is one.
    """
    try:
        return tomllib.loads(text.decode() if isinstance(text, bytes) else text)
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} is not UTF-8") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except ValueError as error:
        raise ValueError(visible(str(error))) from None


def toml_value(value: object) -> str:
    """Return a text, a number, a truth value, or a list of these as TOML writes it."""
    # JSON is TOML here, but for the one control character that JSON doesn't escape.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
