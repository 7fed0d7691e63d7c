"""Formatting of log records as lines of JSON, without personal data."""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from types import TracebackType

from anninh_core.kernel.redact import redact

OWN_LOGGERS = ("anninh_core", "anninh_storage", "anninh_zalo")
"""Names of the loggers of this distribution."""

EXTRA_FIELDS = ("instance", "row", "entry", "record", "seq", "state", "status", "attempts", "seconds")
"""Names of extra fields (`extra=`) that a log record may have: ids of this library, names from the settings, codes and
numbers.
"""

_OWN_ID = re.compile(r"(\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{32,}\b)")
_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,100}")


class JsonLines(logging.Formatter):
    """One JSON object per line: `time` (UTC), `level`, `logger`, `event`, the `EXTRA_FIELDS` that are set, and `error`.

    An exception is described by class and place, without its text, which may quote a person's message; likely personal
    data in an event is masked too.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Format a log record as a line of JSON."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": mask_personal_data(record.getMessage()),
        }
        line |= {name: value for name in EXTRA_FIELDS if is_code(value := getattr(record, name, None))}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = _describe_exception(record.exc_info[0], record.exc_info[2])
        return json.dumps(line, ensure_ascii=False)


class PlainLines(logging.Formatter):
    """Lines for people: level, logger, event, and class and place of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a log record as a line of text."""
        line = f"{record.levelname.lower()} {record.name}: {mask_personal_data(record.getMessage())}"
        if record.exc_info and record.exc_info[0] is not None:
            line += f" ({_describe_exception(record.exc_info[0], record.exc_info[2])})"
        return " ".join(line.split())


def is_own_or_warning(record: logging.LogRecord) -> bool:
    """Return whether a log record may be shown: it is from this library, or at least a warning, because below that
    level other libraries log addresses and headers.
    """
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] in OWN_LOGGERS


def mask_personal_data(text: str) -> str:
    """Return `text` with likely personal data masked; ids of this library, whose digits may resemble it, are kept."""
    parts = _OWN_ID.split(text)  # After the split, every second part is an id.
    return "".join(part if number % 2 else redact(part) for number, part in enumerate(parts))


def is_code(value: object) -> bool:
    """Return whether a value is a number or consists of code characters only, and so can't be a text."""
    return isinstance(value, int | float) or (isinstance(value, str) and _CODE.fullmatch(value) is not None)


def _describe_exception(kind: type[BaseException], trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    module = re.sub(r"^.*/(site-packages|src|lib/python[\d.]+)/", "", frames[-1].filename) if frames else ""
    return f"{kind.__name__} at {module}:{frames[-1].lineno}" if frames else kind.__name__
