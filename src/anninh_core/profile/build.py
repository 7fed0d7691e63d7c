"""From parsed files to a `District`: shape, cross checks, values."""

from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import place_tones, words
from anninh_core.kernel.worktime import TimeBlock, WorkCalendar
from anninh_core.profile import schema
from anninh_core.profile.case_schema import FloodSchema, PlacesSchema, RightsLimitSchema, RightsSchema, RoutingSchema
from anninh_core.profile.keys import RAW_WORDS
from anninh_core.profile.problems import shape_problem
from anninh_core.profile.references import check_references
from anninh_core.profile.source import ProfileSource
from anninh_core.profile.texts import check_texts
from anninh_core.profile.tree import check_successions, check_tree, unit_lifespans
from anninh_core.vocabulary.delivery import PATIENCE, DeliveryRules, Lane
from anninh_core.vocabulary.district import District, Role, Succession, Unit, UnitLevel
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.places.names import PlaceWords, by_letters
from anninh_core.vocabulary.plan import Milestone, Obligation, ReportTemplate, TemplateSection
from anninh_core.vocabulary.rights.rules import RightsLimit, RightsRules
from anninh_core.vocabulary.rules import (
    WEEKDAYS,
    Category,
    Charter,
    CharterRule,
    DeadlineRule,
    DutyRules,
    EscalationStep,
    EscalationTarget,
    FloodRules,
    Gate,
    HourSpan,
    KeyRules,
    ReadyAnswer,
    RoutingRule,
    SettlingRule,
    TalkRules,
)


def build_district(source: ProfileSource) -> District:
    """Check what was read and turn it into a `District`.

    Raises:
        BadProfile: something doesn't fit; the message names file, place and way out.
    """
    try:
        profile = schema.ProfileSchema.model_validate(dict(source.data))
    except ValidationError as error:
        raise shape_problem(error, source) from None
    check_tree(profile, source)
    lifespans = unit_lifespans(profile, source)
    check_successions(profile, lifespans, source)
    check_references(profile, source)
    check_texts(profile, source)
    head = profile.district
    return District(
        id=head.id,
        name=head.name,
        version=head.version,
        valid_from=head.valid_from,
        timezone=_timezone(head.timezone, source),
        root=head.root,
        standing_body=head.standing_body,
        official_domains=tuple(head.official_domains),
        levels={id: UnitLevel(id, level.name, level.counts) for id, level in profile.levels.items()},
        units={id: _unit(id, unit, *lifespans[id]) for id, unit in profile.units.items()},
        successions=tuple(Succession(s.unit, s.into, s.on, s.how, s.source) for s in profile.successions),
        calendar=_calendar(profile.calendar, source),
        delivery=_delivery(profile.delivery, source),
        duty=_duty(profile.duty, source),
        **_rules(profile),
        **_plan(profile),
        **_words(profile),
    )


def _rules(profile: schema.ProfileSchema) -> dict[str, Any]:
    return {
        "roles": {id: _role(id, role) for id, role in profile.roles.items()},
        "incoming": {id: _category(id, category) for id, category in profile.incoming.items()},
        "outgoing": {id: _category(id, category) for id, category in profile.outgoing.items()},
        "gates": tuple(Gate(gate.id, gate.question) for gate in profile.gates),
        "charter": _charter(profile.charter),
        "deadlines": tuple(_deadline(rule) for rule in profile.deadlines),
        "routing": build_routing(profile.routing),
        "ladders": {purpose: tuple(methods) for purpose, methods in profile.ladders.items()},
        "retention_days": profile.retention_days,
        "key_rules": KeyRules(**profile.keys.model_dump()),
        "separate_roles_by": profile.separate_roles_by or date.max,
        "emergency_numbers": profile.emergency_numbers,
        "local_models": profile.local_models,
        "talk": _talk(profile.talk),
        "flood": _flood(profile.flood),
        "settling": {outcome: SettlingRule(**rule.model_dump()) for outcome, rule in profile.settling.items()},
        "claim_hours": profile.handling.claim_hours,
        "rights": _rights(profile.rights),
        "ready_answers": tuple(ReadyAnswer(**one.model_dump()) for one in profile.ready_answers),
        "false_reasons": profile.handling.false_reasons,
    }


def _plan(profile: schema.ProfileSchema) -> dict[str, Any]:
    return {
        "milestones": tuple(
            Milestone(id=m.id, name=m.name, before=m.before, units=tuple(m.units)) for m in profile.milestones
        ),
        "obligations": {id: _obligation(id, obligation) for id, obligation in profile.obligations.items()},
        "templates": {id: _template(id, t, profile.report_frame) for id, t in profile.templates.items()},
    }


def _words(profile: schema.ProfileSchema) -> dict[str, Any]:
    return {
        "wording": profile.wording,
        "words": {k: tuple(v) if k in RAW_WORDS else _fold_phrases(v) for k, v in profile.words.items()},
        "teen_code": {" ".join(words(slang)): expansion for slang, expansion in profile.teen_code.items()},
        "search_mode": profile.search.mode,
        "places": _places(profile.places),
    }


def _fold_phrases(phrases: Iterable[str]) -> tuple[str, ...]:
    """Fold phrases as texts are folded before they are searched; profiles may write them with their accents."""
    return tuple(dict.fromkeys(filter(None, (" ".join(words(phrase)) for phrase in phrases))))


def _places(places: PlacesSchema) -> PlaceWords:
    lists = places.words
    return PlaceWords(
        kinds={kind: _fold_phrases(names) for kind, names in places.kinds.items()},
        here=by_letters(lists.get("here", ())),
        elsewhere=by_letters(lists.get("elsewhere", ())),
        away=by_letters(lists.get("away", ())),
        titles=by_letters(lists.get("titles", ())),
        common=by_letters(lists.get("common", ())),
        families=frozenset(place_tones(family).casefold() for family in lists.get("families", ())),
        innocent=_fold_phrases(lists.get("innocent", ())),
        most_options=places.most_options,
    )


def _unit(id: str, unit: schema.UnitSchema, first: date, last: date) -> Unit:
    facts = {"id": id, "valid_from": first, "valid_to": last, "aliases": tuple(unit.aliases)}
    return Unit(**{**unit.model_dump(), **facts})


def _role(id: str, role: schema.RoleSchema) -> Role:
    return Role(id, role.name, frozenset(Permission(name) for name in role.permissions), frozenset(role.apart_from))


def _category(id: str, category: schema.CategorySchema) -> Category:
    return Category(**{**category.model_dump(), "id": id, "words": _fold_phrases(category.words)})


def _charter(charter: schema.CharterSchema) -> Charter:
    rules = tuple(CharterRule(rule.code, rule.text, _fold_phrases(rule.words)) for rule in charter.rules)
    return Charter(**{**charter.model_dump(), "rules": rules})


def _deadline(rule: schema.DeadlineSchema) -> DeadlineRule:
    kinds, urgencies = frozenset(rule.legal_kinds), frozenset(rule.urgencies)
    days = {"valid_from": rule.valid_from or date.min, "valid_to": rule.valid_to or date.max}
    sets = {"legal_kinds": kinds, "urgencies": urgencies, "replaces": tuple(rule.replaces)}
    return DeadlineRule(**{**rule.model_dump(), **days, **sets})


def _rights(rights: RightsSchema) -> RightsRules:
    return RightsRules(limits=tuple(map(_rights_limit, rights.limits)), ways=rights.ways, deliveries=rights.deliveries)


def _rights_limit(rule: RightsLimitSchema) -> RightsLimit:
    days = {"valid_from": rule.valid_from or date.min, "valid_to": rule.valid_to or date.max}
    return RightsLimit(**{**rule.model_dump(), **days, "kinds": frozenset(rule.kinds)})


def build_routing(rules: Iterable[RoutingSchema]) -> tuple[RoutingRule, ...]:
    """Return routing rules in the order in which they are tried."""
    return tuple(map(_routing, rules))


def _routing(rule: RoutingSchema) -> RoutingRule:
    sets = {name: frozenset(getattr(rule, name)) for name in ("categories", "urgencies", "legal_kinds", "areas")}
    times = {
        "hours": tuple(HourSpan(*_block(hours)) for hours in rule.hours),
        "weekdays": frozenset(map(WEEKDAYS.index, rule.weekdays)),
        "words": _fold_phrases(rule.words),
    }
    return RoutingRule(**{**rule.model_dump(), **sets, **times})


def _obligation(id: str, owed: schema.ObligationSchema) -> Obligation:
    start, end = owed.period_start, owed.period_end
    overrides = {
        "id": id,
        "before": (owed.before.month, owed.before.day),
        "period_start": (start.year, start.month, start.day),
        "period_end": (end.year, end.month, end.day),
        "remind_days": tuple(owed.remind_days),
        "model_start": owed.model_start or date.min,
    }
    return Obligation(**{**owed.model_dump(), **overrides})


def _template(id: str, template: schema.TemplateSchema, frame: schema.FrameSchema) -> ReportTemplate:
    shared = {key: tuple(value) if isinstance(value, list) else value for key, value in frame}
    letterhead = (shared.pop("national_title"), shared.pop("motto"))
    sections = tuple(TemplateSection(**_lists_to_tuples(section.model_dump())) for section in template.sections)
    return ReportTemplate(
        **{**shared, **template.model_dump(), "id": id, "sections": sections, "letterhead": letterhead}
    )


def _lists_to_tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def _talk(rules: schema.TalkSchema) -> TalkRules:
    return TalkRules(
        continues_for=timedelta(minutes=rules.continue_minutes),
        joins_within=timedelta(minutes=rules.join_minutes),
        danger_within=timedelta(minutes=rules.danger_minutes),
        assigned_within=timedelta(hours=rules.assign_hours),
        objection_days=rules.objection_days,
    )


def _flood(rules: FloodSchema) -> FloodRules:
    return FloodRules(
        person_messages=rules.person_messages,
        person_window=timedelta(minutes=rules.person_minutes),
        person_cases=rules.person_cases,
        danger_answer=timedelta(minutes=rules.danger_answer_minutes),
        person_dangers=rules.person_dangers,
        unit_cases=rules.unit_cases,
        unit_notice=timedelta(minutes=rules.unit_notice_minutes),
        unit_dangers=rules.unit_dangers,
        page_pause=timedelta(seconds=rules.page_seconds),
    )


def _timezone(name: str, source: ProfileSource) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise source.error_at("district.timezone", f"{name!r} is no time zone", "write 'Asia/Ho_Chi_Minh'") from None


def _calendar(calendar: schema.CalendarSchema, source: ProfileSource) -> WorkCalendar:
    weekly = {WEEKDAYS.index(day): tuple(map(_block, hours)) for day, hours in calendar.weekly.items()}
    days = {name: frozenset(getattr(calendar, name)) for name in ("holidays", "swapped", "provisional")}
    try:
        return WorkCalendar(weekly=weekly, always_on=calendar.always_on, until=_calendar_end(calendar), **days)
    except BadInput as wrong:
        raise source.error_at("calendar.weekly", str(wrong), "write blocks in order, such as '07:30-11:30'") from None


def _calendar_end(calendar: schema.CalendarSchema) -> date:
    """Return the last day of which days off are known; none is where the profile lists none."""
    years = [day.year for day in (*calendar.holidays, *calendar.provisional)]
    return calendar.until or (date(max(years), 12, 31) if years else date.min)


def _delivery(rules: schema.DeliverySchema, source: ProfileSource) -> DeliveryRules:
    patience = {Lane(lane): timedelta(minutes=minutes) for lane, minutes in rules.patience_minutes.items()}
    try:
        return DeliveryRules(
            quiet=_block(rules.quiet) if rules.quiet else None,
            patience={**PATIENCE, **patience},
            alarm_after=timedelta(hours=rules.alarm_hours),
        )
    except BadInput as wrong:
        raise source.error_at(
            "delivery.quiet", str(wrong), "write hours such as '22:00-06:00', or '' for none"
        ) from None


def _duty(rules: schema.DutySchema, source: ProfileSource) -> DutyRules:
    steps = (EscalationStep(timedelta(hours=step.after_hours), EscalationTarget(step.to)) for step in rules.escalation)
    try:
        return DutyRules(
            repage=timedelta(minutes=rules.repage_minutes),
            hand_up=timedelta(minutes=rules.hand_up_minutes),
            bundle=timedelta(minutes=rules.bundle_minutes),
            group_pause=timedelta(minutes=rules.group_minutes),
            digest_at=time.fromisoformat(rules.digest_at) if rules.digest_at else None,
            window_warning=timedelta(hours=rules.window_warning_hours),
            code_life=timedelta(minutes=rules.code_minutes),
            code_tries=rules.code_tries,
            escalation=tuple(steps),
        )
    except BadInput as wrong:
        raise source.error_at("duty.escalation", str(wrong), "write the step with the fewest hours first") from None


def _block(hours: str) -> TimeBlock:
    start, end = hours.split("-")
    return time.fromisoformat(start), time.min if end == "24:00" else time.fromisoformat(end)
