"""Kind of the records of checkpoints, which are stored in clear, since they contain nothing about people."""

from anninh_core.domain.audit.model import Checkpoint
from anninh_core.domain.index_specs import CHECKPOINT_SPEC
from anninh_core.usecase.kinds import Kind

CHECKPOINT = Kind(
    spec=CHECKPOINT_SPEC,
    model=Checkpoint,
    columns=lambda checkpoint: {"seq": checkpoint.seq},
    scope=lambda _: "",
)
