"""Subprocess that cleans one file: stdin carries a JSON line and the file, stdout a JSON line and the cleaned copy."""

import sys
from typing import BinaryIO

import msgspec

from anninh_core.cleaning.cleaner import clean_in_process, measure_in_process
from anninh_core.cleaning.results import CleanedFile, CleaningRequest

_MEMORY = 3 * 1024**3
_OPEN_FILES = 64
_REQUEST = msgspec.json.Decoder(CleaningRequest)


def main(source: BinaryIO, target: BinaryIO) -> None:
    """Clean one file, or measure one video."""
    request = _REQUEST.decode(source.readline())
    _limit_process(request.seconds)
    if request.measures:
        target.write(msgspec.json.encode(measure_in_process(source.read())))
        return
    target.write(encode_result(clean_in_process(source.read(), request.claim, request.limits)))


def encode_result(result: CleanedFile) -> bytes:
    """Return a result as one JSON line, followed by the cleaned copy."""
    data = result.data
    return (
        msgspec.json.encode({"result": _list_fields_without_data(result), "has_data": data is not None})
        + b"\n"
        + (data or b"")
    )


def _list_fields_without_data(result: CleanedFile) -> dict[str, object]:
    fields: dict[str, object] = msgspec.to_builtins(result)
    return fields | {"data": None}


def _limit_process(seconds: int) -> None:
    """Limit memory, CPU time and open files of this process, and forbid written files and core dumps."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  Windows has none

    limits = {
        resource.RLIMIT_AS: _MEMORY,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
    }
    for kind, limit in limits.items():
        hard_limit = resource.getrlimit(kind)[1]
        allowed = limit if hard_limit == resource.RLIM_INFINITY else min(limit, hard_limit)
        resource.setrlimit(kind, (allowed, allowed))


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
