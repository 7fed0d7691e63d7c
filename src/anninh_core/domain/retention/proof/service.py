"""Gathering needles before a purge, and looking for them afterwards."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from attrs import frozen

from anninh_core.domain.retention.coverage import Policies
from anninh_core.domain.retention.kind import PURGE_ORDER
from anninh_core.domain.retention.proof.needles import Haystack, Needle, NeedleSet, gather
from anninh_core.domain.retention.rules import PERSON_SCOPES
from anninh_core.domain.retention.sealed import SealedWith
from anninh_core.domain.retention.views import HandedOut
from anninh_core.kernel.errors import BadInput, Purged, Unsupported
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.proving import LooksForBytes, Sighting
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.resident_names import journal_scope
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.permissions import Permission


@frozen(kw_only=True)
class Proof:
    """Whether what was purged is gone.

    Attributes:
        purged_at: when its key was destroyed, by the order; None where it wasn't, or isn't known here.
        looked_for: how many needles.
        sightings: which are still there, and where.
        looked_at, blind_spots: where was looked, and where nobody can, in words.
        handed_out: what left the house before the purge: nothing here reaches it.
        scope: erasure scope that was destroyed.
    """

    scope: str
    purged_at: datetime | None
    looked_for: int
    sightings: tuple[Sighting, ...]
    looked_at: tuple[str, ...]
    blind_spots: tuple[str, ...]
    handed_out: tuple[HandedOut, ...] = ()


class Proofs(Service):
    """Proves purges.

    Args:
        policies: how the kinds are kept whose cases end, by their names.
        sealed_with: what is sealed under scopes of others.
    """

    action_prefix = "governance"

    def __init__(
        self, runner: UseCaseRunner, policies: Policies, sealed_with: Sequence[SealedWith], kinds: Sequence[Kind[Any]]
    ) -> None:
        super().__init__(runner)
        self._policies = policies
        self._haystack = Haystack(runner=runner, kinds={kind.name: kind for kind in kinds}, sealed_with=sealed_with)

    @query(Permission.OPERATE, traced=True)
    def gather_needles(self, session: ReadSession, case: str) -> NeedleSet:
        """Return by which bytes one will see whether a case, or who somebody was, is gone. Needs the root.

        Args:
            case: `kind:id` of a case; or `identity:<conversation id>`, `conversation:<conversation id>`.

        Raises:
            BadInput: it is none of them.
            DecryptionError: it was purged before.
        """
        self._permit(session, case)
        gathered = gather(self._haystack, case)
        session.facts |= {"scope": journal_scope(case), "needles": len(gathered.needles)}
        return gathered

    @query(Permission.OPERATE, traced=True)
    def prove_purge(self, session: ReadSession, case: str, needles: NeedleSet) -> Proof:
        """Look in all that is stored for what a purge should have destroyed. Needs the root, and takes its time.

        The storage is cleared of the remains of what was deleted first, as far as it can. Asked before the purge, all
        needles are found: so one sees that they would be.

        Args:
            case: `kind:id`, as for `gather_needles`.
            needles: as that returned them.

        Raises:
            BadInput: these aren't needles of the case that were gathered here, or it is no case.
            Unsupported: the storage can't look for bytes.
        """
        self._permit(session, case, was_purged=True)
        if needles.scope != case or not needles.needles or not needles.is_genuine(self.context.keys):
            raise BadInput(
                "These aren't needles of {case}: gather them before its purge, with the same keys.", case=case
            )
        storage = self.context.storage
        if not isinstance(storage, LooksForBytes):
            raise Unsupported(
                "Storage {storage!r} can't search for bytes: search its files and backups by hand.",
                storage=storage.name,
            )
        search = storage.find_bytes({needle.name: needle.value for needle in needles.needles})
        sightings = (*search.sightings, *self._find_files(needles.needles))
        order = session.get(PURGE_ORDER, case)
        session.facts |= {
            "scope": journal_scope(case),
            "needles": len(needles.needles),
            "found": len({one.needle for one in sightings}),
        }
        return Proof(
            scope=case,
            purged_at=order.done_at if order else None,
            looked_for=len(needles.needles),
            sightings=sightings,
            looked_at=(*search.looked_at, "the names of all files that came with messages"),
            blind_spots=search.blind_spots,
            handed_out=order.handed_out if order else (),
        )

    def _permit(self, session: ReadSession, case: str, *, was_purged: bool = False) -> None:
        session.permit(self.context.district.root)
        ref = Ref.parse(case)
        if ref.kind in PERSON_SCOPES:
            return
        policy = self._policies.get(ref.kind)
        if policy is None:
            kinds = ", ".join((*self._policies, *PERSON_SCOPES))
            raise BadInput(
                "{case!r} is neither a case nor a person: name one as kind:id, with one of the kinds {allowed}.",
                case=case,
                allowed=kinds,
            )
        try:
            session.get_permitted(policy.kind, ref.id)
        except Purged:
            if not was_purged:
                raise

    def _find_files(self, needles: Sequence[Needle]) -> Iterator[Sighting]:
        names = {needle.value: needle.name for needle in needles}
        for digest in self.context.blobs.digests():
            if digest.encode() in names:
                yield Sighting(names[digest.encode()], "the store of files")
