"""The worker: what runs by itself. Its loop, jobs by the clock, and handlers of the journal's events."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.worker.job import Job
    from anninh_core.worker.worker import StepResult, Worker

__all__ = [
    "Job",
    "StepResult",
    "Worker",
]

lazy(
    __name__,
    {
        "Job": "job",
        "StepResult": "worker",
        "Worker": "worker",
    },
)
