"""Use cases that collect needles before a purge and search for them afterwards."""

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
from anninh_core.usecase.resident_names import shorten_scope_for_journal
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.permissions import Permission


@frozen(kw_only=True)
class Proof:
    """The result of a search for purged data.

    Attributes:
        purged_at: when its key was destroyed, according to the order; None if it wasn't, or isn't recorded.
        looked_for: number of needles.
        sightings: needles that still exist, and their places.
        looked_at, blind_spots: places that were searched, and places that can't be, in words.
        handed_out: exports that left the authority before the purge, and that the search can't reach.
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
    """Use cases that prove purges.

    Args:
        policies: retention policies of the kinds of case, by name.
        sealed_with: records that are encrypted under another record's scope.
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
        """Return needles that will show whether a case or an identity is destroyed. Needs the permission on the root.

        Args:
            case: `kind:id` of a case; or `identity:<conversation id>`, `conversation:<conversation id>`.

        Raises:
            BadInput: `case` is none of them.
            DecryptionError: it was purged before.
        """
        self._check_permission(session, case)
        needle_set = gather(self._haystack, case)
        session.facts |= {"scope": shorten_scope_for_journal(case), "needles": len(needle_set.needles)}
        return needle_set

    @query(Permission.OPERATE, traced=True)
    def prove_purge(self, session: ReadSession, case: str, needles: NeedleSet) -> Proof:
        """Search the storage for data that a purge should have destroyed. Needs the permission on the root; takes long.

        Before the search, the storage overwrites deleted content as far as it can. A run before the purge finds all
        needles, which shows that the search works.

        Args:
            case: `kind:id`, as for `gather_needles`.
            needles: result of `gather_needles`.

        Raises:
            BadInput: the needles are of another case or weren't collected here, or `case` names no case.
            Unsupported: the storage can't search for bytes.
        """
        self._check_permission(session, case, was_purged=True)
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
            "scope": shorten_scope_for_journal(case),
            "needles": len(needles.needles),
            "found": len({sighting.needle for sighting in sightings}),
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

    def _check_permission(self, session: ReadSession, case: str, *, was_purged: bool = False) -> None:
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
