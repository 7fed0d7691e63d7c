"""Kinds of the records of heads, which are stored in clear, since they contain nothing about people."""

from anninh_core.domain.audit.heads.model import SignedHead
from anninh_core.domain.audit.heads.received_head import ReceivedHead
from anninh_core.domain.index_specs import JOURNAL_HEAD_SPEC, RECEIVED_HEAD_SPEC
from anninh_core.usecase.kinds import Kind

JOURNAL_HEAD = Kind(
    spec=JOURNAL_HEAD_SPEC,
    model=SignedHead,
    unit=lambda head: head.authority,
    columns=lambda head: {"number": head.number, "seq": head.seq},
    scope=lambda _: "",
)

RECEIVED_HEAD = Kind(
    spec=RECEIVED_HEAD_SPEC,
    model=ReceivedHead,
    columns=lambda received: {
        "authority": received.head.authority,
        "number": received.head.number,
        "accepted": received.accepted,
    },
    scope=lambda _: "",
)
