"""Building of a `District` from the parsed files of a profile."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from attrs import asdict

from anninh_core.kernel.text import place_tones, words
from anninh_core.profile import schema
from anninh_core.profile.case_schema import FloodSchema, PlacesSchema, RightsLimitSchema, RightsSchema, RoutingSchema
from anninh_core.profile.checks.everything import check_source
from anninh_core.profile.checks.references import STANDING_BODY
from anninh_core.profile.checks.tree import find_unit_lifespans
from anninh_core.profile.keys import RAW_WORDS
from anninh_core.profile.plan_defaults import FilledObligation, fill_obligation
from anninh_core.profile.plan_schema import CounterTermSchema, FrameSchema, IndicatorSchema, TemplateSchema
from anninh_core.profile.source import ProfileSource
from anninh_core.profile.timing import build_calendar, build_delivery, build_duty, build_timezone, parse_time_block
from anninh_core.vocabulary.district import District, Role
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.places import PlaceWords, group_by_unaccented_form
from anninh_core.vocabulary.plan import (
    CounterTerm,
    Indicator,
    IndicatorSpan,
    Milestone,
    Obligation,
    ReportTemplate,
    TemplateSection,
)
from anninh_core.vocabulary.rights import RightsLimit, RightsRules
from anninh_core.vocabulary.rules import (
    WEEKDAYS,
    Category,
    Charter,
    CharterRule,
    DeadlineRule,
    FloodRules,
    Gate,
    HourSpan,
    KeyRules,
    ReadyAnswer,
    RoutingRule,
    SettlingRule,
    TalkRules,
    VideoRules,
)
from anninh_core.vocabulary.supervision import AccusedKind, SupervisionRule
from anninh_core.vocabulary.units import Succession, Unit, UnitLevel


def build_district(source: ProfileSource) -> District:
    """Check the content of a profile's files and turn it into a `District`.

    Raises:
        BadProfile: something doesn't fit; the message names file, place and remedy.
    """
    profile, faults = check_source(source)
    if faults or profile is None:
        raise faults[0].to_profile_error(len(faults) - 1)
    lifespans = find_unit_lifespans(profile)
    head = profile.district
    return District(
        id=head.id,
        name=head.name,
        version=head.version,
        valid_from=head.valid_from,
        timezone=build_timezone(head.timezone),
        root=head.root,
        standing_body=head.standing_body,
        official_domains=tuple(head.official_domains),
        levels={id: UnitLevel(id, level.name, level.counts) for id, level in profile.levels.items()},
        units={id: _build_unit(id, unit, *lifespans[id]) for id, unit in profile.units.items()},
        successions=tuple(Succession(s.unit, s.into, s.on, s.how, s.source) for s in profile.successions),
        calendar=build_calendar(profile.calendar),
        delivery=build_delivery(profile.delivery),
        duty=build_duty(profile.duty),
        **_build_rules(profile),
        **_build_plan(profile),
        **_build_words(profile),
    )


def _build_rules(profile: schema.ProfileSchema) -> dict[str, Any]:
    return {
        "roles": {id: _build_role(id, role) for id, role in profile.roles.items()},
        "incoming": {id: _build_category(id, category) for id, category in profile.incoming.items()},
        "outgoing": {id: _build_category(id, category) for id, category in profile.outgoing.items()},
        "gates": tuple(Gate(gate.id, gate.question) for gate in profile.gates),
        "charter": _build_charter(profile.charter),
        "deadlines": tuple(_build_deadline(rule) for rule in profile.deadlines),
        "routing": build_routing(profile.routing, profile.district.standing_body),
        "ladders": {purpose: tuple(methods) for purpose, methods in profile.ladders.items()},
        "retention_days": profile.retention_days,
        "key_rules": KeyRules(**profile.keys.model_dump()),
        "separate_roles_by": profile.separate_roles_by or date.max,
        "second_factor_roles": frozenset(profile.second_factor_roles),
        "emergency_numbers": profile.emergency_numbers,
        "local_models": profile.local_models,
        "talk": _build_talk(profile.talk),
        "video": _build_video(profile.video),
        "flood": _build_flood(profile.flood),
        "settling": {outcome: SettlingRule(**rule.model_dump()) for outcome, rule in profile.settling.items()},
        "claim_hours": profile.handling.claim_hours,
        "rights": _build_rights(profile.rights),
        "supervision": tuple(map(_build_supervision, profile.supervision)),
        "ready_answers": tuple(ReadyAnswer(**answer.model_dump()) for answer in profile.ready_answers),
        "false_reasons": profile.handling.false_reasons,
        "reporter_roles": profile.handling.reporter_roles,
    }


def _build_supervision(rule: schema.SupervisionSchema) -> SupervisionRule:
    return SupervisionRule(
        accused=tuple(map(AccusedKind, rule.accused)),
        units=tuple(rule.units),
        levels=tuple(rule.levels),
        supervised_by=rule.supervised_by,
        contact=rule.contact,
    )


def _build_plan(profile: schema.ProfileSchema) -> dict[str, Any]:
    return {
        "milestones": tuple(
            Milestone(id=m.id, name=m.name, before=m.before, units=tuple(m.units)) for m in profile.milestones
        ),
        "obligations": {
            id: _build_obligation(id, fill_obligation(owed, profile)) for id, owed in profile.obligations.items()
        },
        "templates": {id: _build_template(id, t, profile.report_frame) for id, t in profile.templates.items()},
        "indicators": {id: _build_indicator(id, indicator) for id, indicator in profile.indicators.items()},
    }


def _build_words(profile: schema.ProfileSchema) -> dict[str, Any]:
    return {
        "wording": profile.wording,
        "words": {k: tuple(v) if k in RAW_WORDS else _fold_phrases(v) for k, v in profile.words.items()},
        "teen_code": {" ".join(words(slang)): expansion for slang, expansion in profile.teen_code.items()},
        "search_mode": profile.search.mode,
        "places": _build_places(profile.places),
    }


def _fold_phrases(phrases: Iterable[str]) -> tuple[str, ...]:
    """Fold phrases as texts are folded before they are searched; profiles may write them with their accents."""
    return tuple(dict.fromkeys(filter(None, (" ".join(words(phrase)) for phrase in phrases))))


def _build_places(places: PlacesSchema) -> PlaceWords:
    lists = places.words
    return PlaceWords(
        kinds={kind: _fold_phrases(names) for kind, names in places.kinds.items()},
        here=group_by_unaccented_form(lists.get("here", ())),
        elsewhere=group_by_unaccented_form(lists.get("elsewhere", ())),
        away=group_by_unaccented_form(lists.get("away", ())),
        titles=group_by_unaccented_form(lists.get("titles", ())),
        common=group_by_unaccented_form(lists.get("common", ())),
        families=frozenset(place_tones(family).casefold() for family in lists.get("families", ())),
        innocent=_fold_phrases(lists.get("innocent", ())),
        most_options=places.most_options,
    )


def _build_unit(id: str, unit: schema.UnitSchema, first: date, last: date) -> Unit:
    facts = {"id": id, "valid_from": first, "valid_to": last, "aliases": tuple(unit.aliases)}
    return Unit(**{**unit.model_dump(), **facts})


def _build_role(id: str, role: schema.RoleSchema) -> Role:
    return Role(id, role.name, frozenset(Permission(name) for name in role.permissions), frozenset(role.apart_from))


def _build_category(id: str, category: schema.CategorySchema) -> Category:
    return Category(**{**category.model_dump(), "id": id, "words": _fold_phrases(category.words)})


def _build_charter(charter: schema.CharterSchema) -> Charter:
    rules = tuple(CharterRule(rule.code, rule.text, _fold_phrases(rule.words)) for rule in charter.rules)
    return Charter(**{**charter.model_dump(), "rules": rules})


def _build_deadline(rule: schema.DeadlineSchema) -> DeadlineRule:
    kinds = frozenset(rule.legal_kinds)
    urgencies = frozenset(rule.urgencies)
    days = {"valid_from": rule.valid_from or date.min, "valid_to": rule.valid_to or date.max}
    sets = {"legal_kinds": kinds, "urgencies": urgencies, "replaces": tuple(rule.replaces)}
    return DeadlineRule(**{**rule.model_dump(), **days, **sets})


def _build_rights(rights: RightsSchema) -> RightsRules:
    return RightsRules(
        limits=tuple(map(_build_rights_limit, rights.limits)), ways=rights.ways, deliveries=rights.deliveries
    )


def _build_rights_limit(rule: RightsLimitSchema) -> RightsLimit:
    days = {"valid_from": rule.valid_from or date.min, "valid_to": rule.valid_to or date.max}
    return RightsLimit(**{**rule.model_dump(), **days, "kinds": frozenset(rule.kinds)})


def build_routing(rules: Iterable[RoutingSchema], standing_body: str) -> tuple[RoutingRule, ...]:
    """Return routing rules in the order in which they are tried; the unit `standing_body` replaces the target
    `standing_body`.
    """
    return tuple(_build_routing_rule(rule, standing_body) for rule in rules)


def _build_routing_rule(rule: RoutingSchema, standing_body: str) -> RoutingRule:
    sets = {name: frozenset(getattr(rule, name)) for name in ("categories", "urgencies", "legal_kinds", "areas")}
    times = {
        "hours": tuple(HourSpan(*parse_time_block(hours)) for hours in rule.hours),
        "weekdays": frozenset(map(WEEKDAYS.index, rule.weekdays)),
        "words": _fold_phrases(rule.words),
    }
    to = standing_body if rule.to == STANDING_BODY else rule.to
    return RoutingRule(**{**rule.model_dump(), **sets, **times, "to": to})


def _build_obligation(id: str, owed: FilledObligation) -> Obligation:
    start, end = owed.period_start, owed.period_end
    overrides = {
        "id": id,
        "before": (owed.before.month, owed.before.day),
        "period_start": (start.year, start.month, start.day),
        "period_end": (end.year, end.month, end.day),
        "remind_days": tuple(owed.remind_days),
        "model_start": owed.model_start or date.min,
    }
    return Obligation(**{**asdict(owed, recurse=False), **overrides})


def _build_template(id: str, template: TemplateSchema, frame: FrameSchema) -> ReportTemplate:
    shared = {key: tuple(value) if isinstance(value, list) else value for key, value in frame}
    letterhead = (shared.pop("national_title"), shared.pop("motto"))
    sections = tuple(TemplateSection(**_lists_to_tuples(section.model_dump())) for section in template.sections)
    return ReportTemplate(
        **{**shared, **template.model_dump(), "id": id, "sections": sections, "letterhead": letterhead}
    )


def _build_indicator(id: str, indicator: IndicatorSchema) -> Indicator:
    return Indicator(
        id=id,
        measure=indicator.measure,
        span=IndicatorSpan(indicator.span),
        counts=_build_terms(indicator.counts),
        over=_build_terms(indicator.over),
        split=indicator.split,
    )


def _build_terms(terms: Iterable[CounterTermSchema]) -> tuple[CounterTerm, ...]:
    return tuple(CounterTerm(term.counter, term.sign, tuple(sorted(term.only.items()))) for term in terms)


def _lists_to_tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def _build_talk(rules: schema.TalkSchema) -> TalkRules:
    return TalkRules(
        continues_for=timedelta(minutes=rules.continue_minutes),
        joins_within=timedelta(minutes=rules.join_minutes),
        danger_within=timedelta(minutes=rules.danger_minutes),
        assigned_within=timedelta(hours=rules.assign_hours),
        followed_up_within=timedelta(hours=rules.follow_up_hours),
        objection_days=rules.objection_days,
        answers_within=timedelta(minutes=rules.answer_minutes),
    )


def _build_video(rules: schema.VideoSchema) -> VideoRules:
    return VideoRules(
        containers=tuple(rules.containers),
        video_codecs=tuple(rules.video_codecs),
        audio_codecs=tuple(rules.audio_codecs),
        max_seconds=rules.max_seconds,
        max_bytes=rules.max_megabytes * 1024 * 1024,
    )


def _build_flood(rules: FloodSchema) -> FloodRules:
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
