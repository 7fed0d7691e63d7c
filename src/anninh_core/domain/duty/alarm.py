"""An alarm: that somebody has to know of something, who was told of it when, and who acknowledged it.

It holds no word of anybody and no name: a code, a category, a unit, moments, and ids of officers.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from attrs import evolve, frozen

from anninh_core.domain.duty.rules import OnDuty
from anninh_core.domain.duty.states import AlarmState, Gap, Telling
from anninh_core.domain.duty.views import AlarmView, RungView
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import WrongStep
from anninh_core.usecase.views import make_view
from anninh_core.vocabulary.rules import DutyRules

_AT_ONCE = timedelta(0)


@frozen(kw_only=True)
class Rung:
    """One line of the ladder of who was told when.

    Attributes:
        officer: who; "" where nobody could be told, and the operators were.
        unit: whose roster named them.
        row: outbox row of the message, "" for none.
        round: how often the list had been gone through before.
        gap: why they were passed over.
        missed: why the message doesn't count: it failed, or came by a template at night.
        more: how often more danger had been heard that it tells of; 0 in those of earlier versions, which told of one.
        how: by what, and why.
    """

    officer: str
    unit: str
    at: datetime
    how: Telling
    row: str = ""
    round: int = 0
    gap: Gap | None = None
    missed: str = ""
    more: int = 0

    def to_view(self) -> RungView:
        """Return what may leave."""
        return make_view(RungView, self, was_written_to=bool(self.row))


@frozen
class NextPage:
    """Who is paged next, and how."""

    to: OnDuty
    how: Telling
    round: int


@frozen(kw_only=True)
class AskedDanger:
    """That a reporter was asked whether there is danger, and what the alarm goes back to where they say no.

    Attributes:
        at: when they were asked.
        state, is_emergency, next_at: of the alarm before; of one that was opened by the question, those of a notice.
    """

    at: datetime
    state: AlarmState
    is_emergency: bool
    next_at: datetime | None


@frozen(kw_only=True)
class Alarm:
    """An alarm about a case or about a message in a group; there is one at most about each.

    Attributes:
        id: `<kind>.<id>` of what it is about.
        about: `kind:id` of it.
        code: what tells it from others, and tells nothing else.
        category: incoming category, "" for none.
        chat: conversation id of the group in which it was said, "" for a case.
        is_emergency: whether it is paged until somebody acknowledges; else it is a notice of a new tip.
        excluded: officers who may hear nothing of it: a conflict of interest.
        more_at: when more was heard.
        next_at: when the next step is due; None for none.
        round: how often the list was gone through and nobody acknowledged.
        moved_at: when it came to its unit from another one, None where it began there.
        unheard_at: when it was last found that nobody could be told.
        ended_by: `kind:id` of the actor whose act on the case ended it.
        also: further cases (`kind:id`) in danger that it pages about: of the same incident, or over a limit.
        asked: that its reporter was asked whether there is danger, and hasn't answered; None where they weren't.
        acknowledged_at: when an officer claimed it last; None before.
        acknowledged_by: id of that officer; "" before.
        claim_until: when that claim expires, and the ladder resumes; None without a claim, as of notices.
        decide_by: until when a person of the supervising unit decides about the lock of its case before it is paged;
            None where nothing is locked, or it was decided.
    """

    id: str
    about: str
    unit: str
    code: str
    category: str
    opened_at: datetime
    is_emergency: bool
    chat: str = ""
    state: AlarmState = AlarmState.OPEN
    excluded: tuple[str, ...] = ()
    ladder: tuple[Rung, ...] = ()
    more_at: tuple[datetime, ...] = ()
    next_at: datetime | None = None
    round: int = 0
    moved_at: datetime | None = None
    unheard_at: datetime | None = None
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    claim_until: datetime | None = None
    ended_by: str = ""
    ended_at: datetime | None = None
    also: tuple[str, ...] = ()
    version: int = 0
    asked: AskedDanger | None = None
    decide_by: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has taken it up yet."""
        return self.state is AlarmState.OPEN

    def to_view(self) -> AlarmView:
        """Return what may leave: not who is kept away from it."""
        ladder = tuple(rung for rung in self.ladder if rung.gap is not Gap.EXCLUDED)
        return make_view(AlarmView, self, in_group=bool(self.chat), ladder=ladder)

    @property
    def case(self) -> str:
        """The case that it is about, `kind:id`; "" for a message in a group."""
        return "" if self.chat else self.about

    @property
    def over_on(self) -> date | None:
        """The day on which it was taken up or ended; None while it is open."""
        end = self.ended_at or self.acknowledged_at
        return local_date(end) if end and not self.is_open else None

    @property
    def pages(self) -> tuple[Rung, ...]:
        """What was really sent to somebody."""
        return tuple(rung for rung in self.ladder if rung.row)

    @property
    def own_rungs(self) -> tuple[Rung, ...]:
        """The lines of the ladder since it came to its unit."""
        return tuple(rung for rung in self.ladder if self.moved_at is None or rung.at > self.moved_at)

    @property
    def told(self) -> tuple[str, ...]:
        """Who was told, each once."""
        return tuple(dict.fromkeys(rung.officer for rung in self.pages))

    def with_more(self, at: datetime, pause: timedelta = _AT_ONCE, *, after_any: bool = False) -> "Alarm":
        """Return the alarm after more was heard of danger: it has to be acknowledged anew, whatever it was before.

        Args:
            at: when it was heard.
            pause: how long after a page that told of more the next one leaves, with all that was heard meanwhile.
            after_any: whether it leaves so long after any other page as well.
        """
        pages = [rung for rung in self.pages if not rung.missed and (after_any or rung.how is Telling.MORE)]
        last = max((rung.at for rung in pages), default=None)
        due = at if last is None else max(at, last + pause)
        sooner = self.next_at if self.is_open and self.next_at is not None else due
        return evolve(
            self,
            state=AlarmState.OPEN,
            is_emergency=True,
            more_at=(*self.more_at, at),
            next_at=min(due, sooner),
            ended_at=None,
        )

    def with_question(self, at: datetime, wait: timedelta) -> "Alarm":
        """Return the alarm after its reporter was asked whether there is danger: paged unless they say no in time.

        One that is being paged already stays as it is.
        """
        if self.is_open and self.is_emergency:
            return self
        asked = AskedDanger(at=at, state=self.state, is_emergency=self.is_emergency, next_at=self.next_at)
        return evolve(self, state=AlarmState.OPEN, is_emergency=True, next_at=at + wait, asked=asked)

    def denied(self) -> "Alarm":
        """Return the alarm after its reporter denied that there is danger.

        Where an officer was paged since, or more danger was reported, it goes on: an officer ends it.
        """
        before = self.asked
        if before is None:
            return self
        is_paged = any(rung.at >= before.at for rung in self.ladder)
        if is_paged or not self.is_possible or not self.is_open:
            return evolve(self, asked=None)
        return evolve(self, state=before.state, is_emergency=before.is_emergency, next_at=before.next_at, asked=None)

    @property
    def is_possible(self) -> bool:
        """Whether danger is only possible: its reporter was asked, and has reported no more of it since."""
        return self.asked is not None and all(at < self.asked.at for at in self.more_at)

    def with_case(self, case: str, at: datetime, pause: timedelta) -> "Alarm":
        """Return the alarm that pages about a further case, with all others that come within a pause after a page."""
        return evolve(self.with_more(at, pause, after_any=True), also=tuple(dict.fromkeys((*self.also, case))))

    def without_cases(self, cases: Collection[str]) -> "Alarm":
        """Return the alarm that doesn't page about some further cases any more."""
        return evolve(self, also=tuple(case for case in self.also if case not in cases))

    @property
    def cases(self) -> tuple[str, ...]:
        """All that it pages about, `kind:id`: its own case first."""
        return (self.about, *self.also)

    def with_rungs(self, rungs: Sequence[Rung], next_at: datetime | None) -> "Alarm":
        """Return the alarm after a step of the ladder."""
        number = max((rung.round for rung in rungs), default=self.round)
        unheard = next((rung.at for rung in rungs if rung.how is Telling.UNHEARD), self.unheard_at)
        if self._awaits_decision:
            next_at = min(filter(None, (next_at, self.decide_by)))
        return evolve(self, ladder=(*self.ladder, *rungs), next_at=next_at, round=number, unheard_at=unheard)

    @property
    def _awaits_decision(self) -> bool:
        """Whether it is a notice of a locked case whose lock is undecided."""
        return self.decide_by is not None and not self.is_emergency

    def undecided(self, at: datetime) -> "Alarm":
        """Return the notice of a locked case whose lock is still undecided after its time: it is paged from now on."""
        return evolve(self, state=AlarmState.OPEN, is_emergency=True, next_at=at)

    def decided(self, by: str, at: datetime) -> "Alarm":
        """Return the alarm after a person decided about the lock of its case; danger that was reported goes on."""
        known = evolve(self, decide_by=None)
        if self.state is AlarmState.ENDED or self.more_at:
            return known
        return evolve(known.acknowledged(by, at), is_emergency=False, claim_until=None)

    def missed(self, row: str, why: str, at: datetime) -> "Alarm":
        """Return the alarm after a page turned out not to count: the next one is paged at once."""
        ladder = tuple(evolve(rung, missed=why) if row and rung.row == row else rung for rung in self.ladder)
        return evolve(self, ladder=ladder, next_at=at)

    def moved(self, unit: str, at: datetime, *, taken_up: bool) -> "Alarm":
        """Return the alarm after its case went to a unit; if nobody works on it there, its people are told at once.

        Args:
            unit: whose it is now.
            at: when.
            taken_up: whether somebody works on it there.
        """
        if unit == self.unit:
            return self
        if taken_up and not self.is_open:
            return evolve(self, unit=unit, moved_at=at)
        last = self.pages[-1].row if self.pages else ""
        missed = self.missed(last, "passed_on", at)
        return evolve(missed, unit=unit, moved_at=at, state=AlarmState.OPEN, claim_until=None)

    def acknowledged(self, by: str, at: datetime) -> "Alarm":
        """Return the notice after an officer began to work on its case; a lock has still to be decided about."""
        if self._awaits_decision:
            return evolve(self, acknowledged_by=by, acknowledged_at=at, next_at=self.decide_by)
        return evolve(self, state=AlarmState.ACKNOWLEDGED, acknowledged_by=by, acknowledged_at=at, next_at=None)

    def judged(self, by: str, at: datetime) -> "Alarm":
        """Return the alarm after an officer worked on a case whose danger is only possible: a notice again."""
        return evolve(self.acknowledged(by, at), is_emergency=False, claim_until=None, asked=None)

    def claimed(self, by: str, at: datetime, until: datetime) -> "Alarm":
        """Return the alarm after an officer claimed it, or acted on it again: the ladder waits until the claim expires.

        Raises:
            WrongStep: the case is over.
        """
        if self.state is AlarmState.ENDED:
            raise WrongStep("Alarm {code} is already {state}.", code=self.code, state=self.state)
        acknowledged = self.acknowledged(by, at)
        return evolve(acknowledged, claim_until=until, next_at=until) if self.is_emergency else acknowledged

    def is_covered_by(self, acted_at: datetime) -> bool:
        """Return whether an officer's act came after all danger that was reported."""
        return all(at < acted_at for at in self.more_at)

    def resumed(self, at: datetime) -> "Alarm":
        """Return the alarm without its claim: the ladder goes on where it stopped, at a moment."""
        return evolve(self, state=AlarmState.OPEN, claim_until=None, next_at=at)

    def ended(self, by: str, at: datetime) -> "Alarm":
        """Return the alarm after an officer ended the case."""
        return evolve(self, state=AlarmState.ENDED, ended_by=by, ended_at=at, next_at=None, claim_until=None)

    @property
    def untold(self) -> int:
        """How often more danger was heard that no page has told of."""
        paged = sum(max(rung.more, 1) if rung.how is Telling.MORE else rung.more for rung in self.pages)
        return max(len(self.more_at) - paged, 0)

    def has_danger_after(self, end: datetime | None) -> bool:
        """Tell whether more danger was heard after an officer had ended the work, and nobody acknowledged it yet."""
        return self.is_open and end is not None and any(at > end for at in self.more_at)

    def has_new_danger(self) -> bool:
        """Return whether more danger was reported after the last page, or a claim, and nobody was paged about it."""
        return (bool(self.pages) or self.claim_until is not None) and self.untold > 0

    def first_unanswered(self, acted_at: datetime | None) -> datetime | None:
        """Return when the claimant was first paged about more danger after their last act; None for not yet."""
        return next(
            (
                rung.at
                for rung in self.pages
                if rung.how is Telling.MORE and not rung.missed and acted_at is not None and rung.at > acted_at
            ),
            None,
        )

    def next_page(self, people: Sequence[OnDuty], rules: DutyRules, now: datetime) -> NextPage | None:
        """Return who is paged next; None where nobody is left in this round.

        More danger is paged to the officer who was paged last, until the next one is due: it delays no one's page.
        Where no further officer is left, it begins the next round at once.

        Args:
            people: who can be told at this moment, in order.
            rules: after how long the same one is paged again, and after how long the next one.
        """
        available = {one.officer: one for one in people}
        page = next((rung for rung in reversed(self.pages) if rung.officer), None)
        is_paged_here = self.moved_at is None or any(rung.row for rung in self.own_rungs)
        if self.has_new_danger() and is_paged_here and not self._is_next_due(page, rules, now):
            last = page.officer if page else ""
            known = next((id for id in (self.acknowledged_by, last) if id in available), "")
            known = last if self._is_resumed() and last in available else known
            to = available.get(known) or next(iter(people), None)
            return NextPage(to, Telling.MORE, self.round) if to else None
        mine = self._round_pages()
        if page is None or not mine:
            return NextPage(people[0], Telling.PAGE, self.round) if people else None
        first = next(rung for rung in mine if rung.officer == page.officer)
        if page.officer in available and not page.missed and now - first.at < rules.hand_up:
            return NextPage(available[page.officer], Telling.AGAIN, self.round)
        asked = {rung.officer for rung in mine}
        rest = next((officer for officer in people if officer.officer not in asked), None)
        if rest is not None:
            return NextPage(rest, Telling.HANDED_UP, self.round)
        return NextPage(people[0], Telling.MORE, self.round + 1) if people and self.has_new_danger() else None

    def due_after(self, page: NextPage, rules: DutyRules, now: datetime, acted_at: datetime | None = None) -> datetime:
        """Return when the step after a page is due: the next page to the same one, or to the next.

        The officer who has claimed the case has the whole time to act on more danger, counted from the first page about
        it after they acted last, at `acted_at`.
        """
        if page.how is Telling.MORE and self.claim_until is not None:
            return (self.first_unanswered(acted_at) or now) + rules.repage
        first = next((r.at for r in self._round_pages() if r.officer == page.to.officer), now)
        return min(now + rules.repage, first + rules.hand_up) if now < first + rules.hand_up else now + rules.repage

    def _is_next_due(self, page: Rung | None, rules: DutyRules, now: datetime) -> bool:
        """Return whether the last officer was paged about more danger, and the next one is to be paged by now."""
        if page is None or not (self._is_resumed() or not self.acknowledged_by):
            return False
        pages = [rung for rung in self._round_pages() if rung.officer == page.officer]
        heard_more = any(rung.how is Telling.MORE for rung in pages)
        return heard_more and now - pages[0].at >= rules.hand_up

    def _is_resumed(self) -> bool:
        """Return whether officers were paged after a claim, and nobody has one."""
        claimed_at = self.acknowledged_at
        return claimed_at is not None and self.claim_until is None and any(rung.at > claimed_at for rung in self.pages)

    def _round_pages(self) -> tuple[Rung, ...]:
        return tuple(rung for rung in self.pages if rung.round == self.round)


def passed_over(alarm: Alarm, people: Collection[OnDuty], at: datetime) -> tuple[Rung, ...]:
    """Return lines for those who stand on a roster and can't be told, each once for the same reason."""
    known = {(rung.officer, rung.gap) for rung in alarm.ladder}
    return tuple(
        Rung(officer=one.officer, unit=one.unit, at=at, how=Telling.PASSED_OVER, round=alarm.round, gap=one.gap)
        for one in people
        if one.gap is not None and (one.officer, one.gap) not in known
    )


def start_alarm(
    *,
    about: str,
    unit: str,
    code: str,
    at: datetime,
    wait: timedelta,
    emergency: bool,
    category: str = "",
    chat: str = "",
    decide_by: datetime | None = None,
) -> Alarm:
    """Return a new alarm whose first step is due after a time."""
    return Alarm(
        id=alarm_id(about),
        about=about,
        unit=unit,
        code=code,
        category=category,
        opened_at=at,
        is_emergency=emergency,
        chat=chat,
        next_at=at + wait,
        decide_by=decide_by,
    )


def alarm_id(about: str) -> str:
    """Return the id of the alarm about something, `kind:id`."""
    return about.replace(":", ".", 1)
