"""Cleaning in a subprocess: a file that crashes a library ends the subprocess only.

Image libraries are written in C, and manipulated files have crashed one of them. If such files ended the worker, their
message would be retried and end the next worker.
"""

import os
import signal
import subprocess
import sys

import msgspec
from attrs import evolve

from anninh_core.cleaning.cleaner import clean_in_process
from anninh_core.cleaning.detection import PICTURES, detect_type
from anninh_core.cleaning.results import CleanedFile, CleaningRequest, FileLimits, FileRefused, MeasuredVideo
from anninh_core.vocabulary.files import Cleaning, FileReason

SECONDS = 60
"""Time limit for one file."""


COMMAND = ("-m", "anninh_core.cleaning.child")
"""Command-line arguments with which the Python interpreter runs the subprocess."""


_PACKED = b"PK"
_BY_LIBRARY = PICTURES | {"application/pdf"}


class _CleaningResult(msgspec.Struct):
    result: CleanedFile
    has_data: bool


# The decoder is built once, at import, because msgspec 0.22 crashes if several threads first inspect a class at the
# same time.
_ANSWER = msgspec.json.Decoder(_CleaningResult)
_MEASURED = msgspec.json.Decoder(MeasuredVideo)


def clean_file(
    data: bytes, claim: str = "", limits: FileLimits | None = None, *, seconds: int = SECONDS
) -> CleanedFile:
    """Return a file's type, and a copy without metadata about its author, place and device.

    If cleaning fails, the file is refused; its original can be kept.

    Args:
        data: the file as received.
        claim: type that the platform named (`image`, `video`, `audio`, `file`); a mismatch with the content is flagged.
        seconds: time limit.

    Raises:
        OSError: no process can be started now; the cause isn't the file.
    """
    limits = limits or FileLimits()
    if not _needs_library(data, limits):
        return clean_in_process(data, claim, limits)
    try:
        output = _run_subprocess(CleaningRequest(claim, limits, seconds), data)
    except _ProcessEnded as ended:
        return _build_refusal(str(ended))
    line, _, copy = output.partition(b"\n")
    answer = _ANSWER.decode(line)
    return evolve(answer.result, data=copy if answer.has_data else None)


def measure_file(data: bytes, *, seconds: int = SECONDS) -> MeasuredVideo:
    """Return the facts about a video, or why it isn't playable.

    Raises:
        OSError: as `clean_file`.
    """
    try:
        return _MEASURED.decode(_run_subprocess(CleaningRequest("video", FileLimits(), seconds, measures=True), data))
    except _ProcessEnded as ended:
        return MeasuredVideo(reason=FileReason.FAILED, detail=str(ended))


class _ProcessEnded(Exception):
    """The subprocess ended without a result; the text gives the cause."""


def _run_subprocess(request: CleaningRequest, data: bytes) -> bytes:
    try:
        process = subprocess.run(  # noqa: S603  our own interpreter and module
            [sys.executable, *COMMAND],
            input=msgspec.json.encode(request) + b"\n" + data,
            capture_output=True,
            env=_build_environment(),
            timeout=request.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _ProcessEnded(f"it took over {request.seconds} seconds") from None
    if process.returncode:
        raise _ProcessEnded(_describe_exit(process.returncode))
    return process.stdout


def _needs_library(data: bytes, limits: FileLimits) -> bool:
    """Return whether a file needs a third-party library; our own small parsers need no subprocess."""
    if len(data) > limits.size:
        return False
    try:
        return data.startswith(_PACKED) or detect_type(data) in _BY_LIBRARY
    except FileRefused:
        return False


def _build_environment() -> dict[str, str]:
    """Return the subprocess's environment: the import path, and none of our own secrets."""
    inherited = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG") if name in os.environ}
    return inherited | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONDONTWRITEBYTECODE": "1"}


def _build_refusal(detail: str) -> CleanedFile:
    return CleanedFile(media_type="", cleaning=Cleaning.REFUSED, reason=FileReason.FAILED, detail=detail)


def _describe_exit(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"the process ended with {code}"
