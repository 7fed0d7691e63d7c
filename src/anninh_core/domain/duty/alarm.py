"""An alarm about a case or group message, with the officers who were notified, the times, and the officer who
acknowledged it.

It has no personal text and no names of people, only a code, a category, a unit, times, and ids of officers.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from attrs import evolve, frozen

from anninh_core.domain.duty.rules import OnDuty
from anninh_core.domain.duty.states import AlarmState, Gap, NotificationKind
from anninh_core.domain.duty.views import AlarmView, RungView
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import WrongStep
from anninh_core.usecase.views import make_view
from anninh_core.vocabulary.rules import DutyRules

_AT_ONCE = timedelta(0)


@frozen(kw_only=True)
class Rung:
    """One line of an alarm's escalation log (`ladder`).

    Attributes:
        officer: officer id; "" if no officer could be reached, so that the operators were notified.
        unit: unit of the roster that named the officer.
        row: outbox row of the message, "" for none.
        round: number of complete rounds through the list of officers before this line.
        gap: reason for passing over the officer.
        missed: why the message doesn't count, such as a failed delivery or a template message at night; "" if it
            counts.
        more: number of further reports of danger that it covers; 0 in lines of earlier versions, which covered one.
        how: kind of the notification.
    """

    officer: str
    unit: str
    at: datetime
    how: NotificationKind
    row: str = ""
    round: int = 0
    gap: Gap | None = None
    missed: str = ""
    more: int = 0

    def to_view(self) -> RungView:
        """Return the read-only view of the line."""
        return make_view(RungView, self, was_written_to=bool(self.row))


@frozen
class NextPage:
    """The recipient and kind of the next urgent notice."""

    to: OnDuty
    how: NotificationKind
    round: int


@frozen(kw_only=True)
class AskedDanger:
    """A question to a reporter whether there is danger, and the values that the alarm gets back if they deny it.

    Attributes:
        at: time of the question.
        state, is_emergency, next_at: of the alarm before the question; of a notice if the question opened the alarm.
    """

    at: datetime
    state: AlarmState
    is_emergency: bool
    next_at: datetime | None


@frozen(kw_only=True)
class Alarm:
    """An alarm about a case or about a message in a group; each has at most one alarm.

    Attributes:
        id: `<kind>.<id>` of its subject.
        about: `kind:id` of its subject.
        code: distinguishes it from other alarms without revealing anything.
        category: incoming category, "" for none.
        chat: conversation id of the message's group, "" for a case.
        is_emergency: whether urgent notices repeat until an officer acknowledges it; otherwise it is a notice of a new
            tip.
        excluded: ids of officers and marks of units that may not learn of it: a conflict of interest.
        more_at: times of further reports of danger.
        next_at: due time of the next step, or None.
        round: number of rounds through the list of officers without an acknowledgement.
        moved_at: when it came to its unit from another one, None if it began there.
        unheard_at: when it was last found that no officer could be reached.
        ended_by: `kind:id` of the actor whose act on the case ended it.
        also: further cases (`kind:id`) in danger that it covers: of the same incident, or over a limit.
        asked: the question to its reporter whether there is danger, while it is unanswered; None without a question.
        acknowledged_at: when an officer claimed it last; None before.
        acknowledged_by: id of that officer; "" before.
        claim_until: when that claim expires and the escalation resumes; None without a claim, as of notices.
        decide_by: deadline for a person of the supervising unit to decide about the lock of its case, after which
            urgent notices begin; None without a lock or after the decision.
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
        """Whether no officer has acknowledged the alarm yet."""
        return self.state is AlarmState.OPEN

    def to_view(self) -> AlarmView:
        """Return the read-only view of the alarm, without the excluded officers."""
        ladder = tuple(rung for rung in self.ladder if rung.gap is not Gap.EXCLUDED)
        return make_view(AlarmView, self, in_group=bool(self.chat), ladder=ladder)

    @property
    def case(self) -> str:
        """The case that the alarm is about, `kind:id`; "" for a message in a group."""
        return "" if self.chat else self.about

    @property
    def over_on(self) -> date | None:
        """The day on which the alarm was acknowledged or ended; None while it is open."""
        end = self.ended_at or self.acknowledged_at
        return local_date(end) if end and not self.is_open else None

    @property
    def pages(self) -> tuple[Rung, ...]:
        """The lines of the escalation log for which a message was sent."""
        return tuple(rung for rung in self.ladder if rung.row)

    @property
    def own_rungs(self) -> tuple[Rung, ...]:
        """The lines of the escalation log since the alarm came to its unit."""
        return tuple(rung for rung in self.ladder if self.moved_at is None or rung.at > self.moved_at)

    @property
    def notified(self) -> tuple[str, ...]:
        """Ids of the officers who were notified of the alarm, each once."""
        return tuple(dict.fromkeys(rung.officer for rung in self.pages))

    def with_more(self, at: datetime, pause: timedelta = _AT_ONCE, *, after_any: bool = False) -> "Alarm":
        """Return the alarm after a further report of danger: open, and to be acknowledged again in any case.

        Args:
            at: time of the report.
            pause: minimal time from an urgent notice about further danger to the next one, which covers all reports in
                between.
            after_any: whether the pause also applies after any other urgent notice.
        """
        pages = [rung for rung in self.pages if not rung.missed and (after_any or rung.how is NotificationKind.MORE)]
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
        """Return the alarm after its reporter was asked about danger: urgent notices begin after `wait`, unless denied.

        An open emergency stays unchanged.
        """
        if self.is_open and self.is_emergency:
            return self
        question = AskedDanger(at=at, state=self.state, is_emergency=self.is_emergency, next_at=self.next_at)
        return evolve(self, state=AlarmState.OPEN, is_emergency=True, next_at=at + wait, asked=question)

    def denied(self) -> "Alarm":
        """Return the alarm after its reporter denied that there is danger.

        If an officer got an urgent notice since the question, or more danger was reported, the alarm continues: an
        officer ends it.
        """
        question = self.asked
        if question is None:
            return self
        is_paged = any(rung.at >= question.at for rung in self.ladder)
        if is_paged or not self.is_possible or not self.is_open:
            return evolve(self, asked=None)
        return evolve(
            self, state=question.state, is_emergency=question.is_emergency, next_at=question.next_at, asked=None
        )

    @property
    def is_possible(self) -> bool:
        """Whether the alarm is about merely possible danger: the reporter was asked, and has reported no further danger
        since.
        """
        return self.asked is not None and all(at < self.asked.at for at in self.more_at)

    def with_case(self, case: str, at: datetime, pause: timedelta) -> "Alarm":
        """Return the alarm with a further case; cases within `pause` after an urgent notice share the next one."""
        return evolve(self.with_more(at, pause, after_any=True), also=tuple(dict.fromkeys((*self.also, case))))

    def without_cases(self, cases: Collection[str]) -> "Alarm":
        """Return the alarm without some of its further cases."""
        return evolve(self, also=tuple(case for case in self.also if case not in cases))

    @property
    def cases(self) -> tuple[str, ...]:
        """Every case that the alarm covers, `kind:id`: its own case first."""
        return (self.about, *self.also)

    def with_rungs(self, rungs: Sequence[Rung], next_at: datetime | None) -> "Alarm":
        """Return the alarm with new lines in its escalation log and the due time of the next step."""
        number = max((rung.round for rung in rungs), default=self.round)
        unheard = next((rung.at for rung in rungs if rung.how is NotificationKind.UNHEARD), self.unheard_at)
        if self._awaits_decision:
            next_at = min(filter(None, (next_at, self.decide_by)))
        return evolve(self, ladder=(*self.ladder, *rungs), next_at=next_at, round=number, unheard_at=unheard)

    @property
    def _awaits_decision(self) -> bool:
        """Whether the alarm is a notice of a locked case, and the decision about the lock is pending."""
        return self.decide_by is not None and not self.is_emergency

    def undecided(self, at: datetime) -> "Alarm":
        """Return the alarm of a locked case after the deadline for its lock: urgent notices begin at `at`."""
        return evolve(self, state=AlarmState.OPEN, is_emergency=True, next_at=at)

    def decided(self, by: str, at: datetime) -> "Alarm":
        """Return the alarm after a person decided about the lock of its case; if danger was reported, it continues."""
        alarm = evolve(self, decide_by=None)
        if self.state is AlarmState.ENDED or self.more_at:
            return alarm
        return evolve(alarm.acknowledged(by, at), is_emergency=False, claim_until=None)

    def missed(self, row: str, why: str, at: datetime) -> "Alarm":
        """Return the alarm after an urgent notice turned out not to count: the next one is due at `at`.

        Args:
            row: outbox row of the notice.
            why: code of the reason.
        """
        ladder = tuple(evolve(rung, missed=why) if row and rung.row == row else rung for rung in self.ladder)
        return evolve(self, ladder=ladder, next_at=at)

    def moved(self, unit: str, at: datetime, *, taken_up: bool) -> "Alarm":
        """Return the alarm after its case moved to a unit; unless an officer works on it there, the unit is notified.

        Args:
            unit: the new unit.
            at: time of the move.
            taken_up: whether an officer of the new unit works on the case.
        """
        if unit == self.unit:
            return self
        if taken_up and not self.is_open:
            return evolve(self, unit=unit, moved_at=at)
        last = self.pages[-1].row if self.pages else ""
        missed = self.missed(last, "passed_on", at)
        return evolve(missed, unit=unit, moved_at=at, state=AlarmState.OPEN, claim_until=None)

    def acknowledged(self, by: str, at: datetime) -> "Alarm":
        """Return the notice after an officer began to work on its case; it waits on if a lock is still undecided."""
        if self._awaits_decision:
            return evolve(self, acknowledged_by=by, acknowledged_at=at, next_at=self.decide_by)
        return evolve(self, state=AlarmState.ACKNOWLEDGED, acknowledged_by=by, acknowledged_at=at, next_at=None)

    def judged(self, by: str, at: datetime) -> "Alarm":
        """Return the alarm as an acknowledged notice after an officer worked on a case with merely possible danger."""
        return evolve(self.acknowledged(by, at), is_emergency=False, claim_until=None, asked=None)

    def claimed(self, by: str, at: datetime, until: datetime) -> "Alarm":
        """Return the alarm after an officer claimed it or acted again: the escalation waits until the claim expires.

        Raises:
            WrongStep: the case is over.
        """
        if self.state is AlarmState.ENDED:
            raise WrongStep("Alarm {code} is already {state}.", code=self.code, state=self.state)
        acknowledged = self.acknowledged(by, at)
        return evolve(acknowledged, claim_until=until, next_at=until) if self.is_emergency else acknowledged

    def is_covered_by(self, acted_at: datetime) -> bool:
        """Return whether an officer's act at `acted_at` came after all reports of further danger."""
        return all(at < acted_at for at in self.more_at)

    def resumed(self, at: datetime) -> "Alarm":
        """Return the alarm without its claim: the escalation resumes at `at` in the current round."""
        return evolve(self, state=AlarmState.OPEN, claim_until=None, next_at=at)

    def ended(self, by: str, at: datetime) -> "Alarm":
        """Return the alarm after an officer ended the case."""
        return evolve(self, state=AlarmState.ENDED, ended_by=by, ended_at=at, next_at=None, claim_until=None)

    @property
    def unnotified(self) -> int:
        """Number of further reports of danger that no urgent notice covers yet."""
        paged = sum(max(rung.more, 1) if rung.how is NotificationKind.MORE else rung.more for rung in self.pages)
        return max(len(self.more_at) - paged, 0)

    def has_danger_after(self, end: datetime | None) -> bool:
        """Return whether further danger was reported after an officer ended the work, and isn't acknowledged yet."""
        return self.is_open and end is not None and any(at > end for at in self.more_at)

    def has_new_danger(self) -> bool:
        """Return whether further danger was reported after the last notice or a claim, and no notice covers it yet."""
        return (bool(self.pages) or self.claim_until is not None) and self.unnotified > 0

    def find_first_unanswered_notice(self, acted_at: datetime | None) -> datetime | None:
        """Return the time of the first urgent notice about further danger that was sent after the claimant's last act,
        or None.
        """
        return next(
            (
                rung.at
                for rung in self.pages
                if rung.how is NotificationKind.MORE and not rung.missed and acted_at is not None and rung.at > acted_at
            ),
            None,
        )

    def find_next_notice(self, people: Sequence[OnDuty], rules: DutyRules, now: datetime) -> NextPage | None:
        """Return the next urgent notice of the alarm, or None if no officer is left in this round.

        New danger is sent to the claimant or to the officer notified last, unless the next officer is due: so it delays
        no other officer's notice. If no further officer is left, new danger begins the next round at once.

        Args:
            people: officers who can be reached now, in order.
            rules: times after which the same officer, and the next officer, are notified.
        """
        available = {on_duty.officer: on_duty for on_duty in people}
        page = next((rung for rung in reversed(self.pages) if rung.officer), None)
        is_paged_here = self.moved_at is None or any(rung.row for rung in self.own_rungs)
        if self.has_new_danger() and is_paged_here and not self._is_next_officer_due(page, rules, now):
            last = page.officer if page else ""
            recipient = next((id for id in (self.acknowledged_by, last) if id in available), "")
            recipient = last if self._has_resumed() and last in available else recipient
            next_recipient = available.get(recipient) or next(iter(people), None)
            return NextPage(next_recipient, NotificationKind.MORE, self.round) if next_recipient else None
        round_pages = self._list_round_notices()
        if page is None or not round_pages:
            return NextPage(people[0], NotificationKind.PAGE, self.round) if people else None
        first = next(rung for rung in round_pages if rung.officer == page.officer)
        if page.officer in available and not page.missed and now - first.at < rules.hand_up:
            return NextPage(available[page.officer], NotificationKind.AGAIN, self.round)
        notified = {rung.officer for rung in round_pages}
        next_officer = next((officer for officer in people if officer.officer not in notified), None)
        if next_officer is not None:
            return NextPage(next_officer, NotificationKind.HANDED_UP, self.round)
        return NextPage(people[0], NotificationKind.MORE, self.round + 1) if people and self.has_new_danger() else None

    def find_due_time_after(
        self, page: NextPage, rules: DutyRules, now: datetime, acted_at: datetime | None = None
    ) -> datetime:
        """Return when the step after an urgent notice is due: the next notice to the same officer, or to the next one.

        The claimant has the full time to act on further danger, counted from the first notice about it after
        `acted_at`, their last act.
        """
        if page.how is NotificationKind.MORE and self.claim_until is not None:
            return (self.find_first_unanswered_notice(acted_at) or now) + rules.repage
        first = next((rung.at for rung in self._list_round_notices() if rung.officer == page.to.officer), now)
        return min(now + rules.repage, first + rules.hand_up) if now < first + rules.hand_up else now + rules.repage

    def _is_next_officer_due(self, page: Rung | None, rules: DutyRules, now: datetime) -> bool:
        """Return whether the last officer was notified of further danger, and the next officer is due by now."""
        if page is None or not (self._has_resumed() or not self.acknowledged_by):
            return False
        pages = [rung for rung in self._list_round_notices() if rung.officer == page.officer]
        has_new_danger_notice = any(rung.how is NotificationKind.MORE for rung in pages)
        return has_new_danger_notice and now - pages[0].at >= rules.hand_up

    def _has_resumed(self) -> bool:
        """Return whether officers were notified after the last claim, and no claim is running."""
        claimed_at = self.acknowledged_at
        return claimed_at is not None and self.claim_until is None and any(rung.at > claimed_at for rung in self.pages)

    def _list_round_notices(self) -> tuple[Rung, ...]:
        return tuple(rung for rung in self.pages if rung.round == self.round)


def list_unreachable_officers(alarm: Alarm, people: Collection[OnDuty], at: datetime) -> tuple[Rung, ...]:
    """Return lines for the escalation log about officers on the roster who can't be reached, unless the log already has
    them for the same reason.
    """
    logged = {(rung.officer, rung.gap) for rung in alarm.ladder}
    return tuple(
        Rung(
            officer=on_duty.officer,
            unit=on_duty.unit,
            at=at,
            how=NotificationKind.PASSED_OVER,
            round=alarm.round,
            gap=on_duty.gap,
        )
        for on_duty in people
        if on_duty.gap is not None and (on_duty.officer, on_duty.gap) not in logged
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
    """Return a new alarm; its first step is due after `wait`."""
    return Alarm(
        id=make_alarm_id(about),
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


def make_alarm_id(about: str) -> str:
    """Return the id of the alarm about a subject, which is given as `kind:id`."""
    return about.replace(":", ".", 1)
