"""Cleaning in a process of its own: a file that breaks a library ends that process and nothing else.

Libraries that draw pictures are written in C, and changed files have been seen to crash one of them. Such a file must
not end the worker: its message would be taken up again, and end the next one.
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
"""How long a file may take."""


COMMAND = ("-m", "anninh_core.cleaning.child")
"""What the interpreter is asked to run."""


_PACKED = b"PK"
_BY_LIBRARY = PICTURES | {"application/pdf"}


class _Answer(msgspec.Struct):
    result: CleanedFile
    has_data: bool


_ANSWER = msgspec.json.Decoder(_Answer)  # built once: see `ports.changes`
_MEASURED = msgspec.json.Decoder(MeasuredVideo)


def clean_file(
    data: bytes, claim: str = "", limits: FileLimits | None = None, *, seconds: int = SECONDS
) -> CleanedFile:
    """Return what a file is, and a copy of it without what tells who made it, where and with what.

    Whatever is wrong with a file, it is refused, and its original can be kept.

    Args:
        data: the file as it came.
        claim: what the platform called it (`image`, `video`, `audio`, `file`); noted where the content says otherwise.
        seconds: how long it may take.

    Raises:
        OSError: no process can be started now; it has nothing to do with the file.
    """
    limits = limits or FileLimits()
    if not _needs_library(data, limits):
        return clean_in_process(data, claim, limits)
    try:
        answered = _run(CleaningRequest(claim, limits, seconds), data)
    except _ProcessEnded as ended:
        return _refuse(str(ended))
    line, _, copy = answered.partition(b"\n")
    answer = _ANSWER.decode(line)
    return evolve(answer.result, data=copy if answer.has_data else None)


def measure_file(data: bytes, *, seconds: int = SECONDS) -> MeasuredVideo:
    """Return what a video is, or why it isn't one that plays.

    Raises:
        OSError: as `clean_file`.
    """
    try:
        return _MEASURED.decode(_run(CleaningRequest("video", FileLimits(), seconds, measures=True), data))
    except _ProcessEnded as ended:
        return MeasuredVideo(reason=FileReason.FAILED, detail=str(ended))


class _ProcessEnded(Exception):
    """The process didn't answer; says how it ended."""


def _run(request: CleaningRequest, data: bytes) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and module
            [sys.executable, *COMMAND],
            input=msgspec.json.encode(request) + b"\n" + data,
            capture_output=True,
            env=_environment(),
            timeout=request.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _ProcessEnded(f"it took over {request.seconds} seconds") from None
    if done.returncode:
        raise _ProcessEnded(_name_end(done.returncode))
    return done.stdout


def _needs_library(data: bytes, limits: FileLimits) -> bool:
    """Tell whether a file is handed to a library; what our own few lines look through needs no process."""
    if len(data) > limits.size:
        return False
    try:
        return data.startswith(_PACKED) or detect_type(data) in _BY_LIBRARY
    except FileRefused:
        return False


def _environment() -> dict[str, str]:
    """Return what the process has to know: where the code lies, and none of the secrets that ours may hold."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG") if name in os.environ}
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONDONTWRITEBYTECODE": "1"}


def _refuse(detail: str) -> CleanedFile:
    return CleanedFile(media_type="", cleaning=Cleaning.REFUSED, reason=FileReason.FAILED, detail=detail)


def _name_end(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"the process ended with {code}"
