"""Parsing of untrusted TOML, and formatting of values as TOML."""

import json
import tomllib
from typing import Any

from anninh_core.kernel.text import make_visible


def parse_toml(text: str | bytes) -> dict[str, Any]:
    """Parse a TOML file.

    Raises:
        ValueError: the text isn't UTF-8 or TOML, is nested too deeply, or has a number of thousands of digits. The
            error's text is a short line, and names the place if known.
    """
    try:
        return tomllib.loads(text.decode() if isinstance(text, bytes) else text)
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} is not UTF-8") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except ValueError as error:
        raise ValueError(make_visible(str(error))) from None


def format_toml_value(value: object) -> str:
    """Return a text, a number, a truth value, or a list of these in TOML notation."""
    # JSON is valid TOML here, except for the single control character that JSON doesn't escape.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
