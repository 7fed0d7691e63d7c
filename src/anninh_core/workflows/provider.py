"""All workflows of one app. Each opens when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from attrs import field, frozen

from anninh_core import messaging, workflows
from anninh_core.domain.accounts.credentials.passwords import PasswordHasher
from anninh_core.domain.services import Services
from anninh_core.plugins import Plugins
from anninh_core.ports.authenticator import Authenticator
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.workflows.accounts.outside import OutsideSignIns
from anninh_core.workflows.base import FindVerb


@frozen
class Workflows:
    """The workflows of an app. They keep nothing to themselves, so it does no harm if two threads open one at once."""

    _runner: UseCaseRunner
    _services: Services
    _plugins: Plugins
    _messengers: Mapping[str, Messenger]
    _find_verb: FindVerb
    _hasher: PasswordHasher = field(factory=PasswordHasher)
    _authenticators: Sequence[Authenticator] = ()
    _outside: OutsideSignIns = field(factory=OutsideSignIns)

    @cached_property
    def sign_in_desk(self) -> workflows.SignInDesk:
        """People who aren't known yet."""
        return workflows.SignInDesk(self._runner, self._services, self._hasher)

    @cached_property
    def provider_sign_in(self) -> workflows.ProviderSignIn:
        """People whom the authority's sign-in service knows."""
        return workflows.ProviderSignIn(self._runner, self._services, self.sign_in_desk, self._outside.provider)

    @cached_property
    def passkey_sign_in(self) -> workflows.PasskeySignIn:
        """People who show a passkey."""
        return workflows.PasskeySignIn(self._runner, self._services, self.sign_in_desk, self._outside.passkeys)

    @cached_property
    def own_passkeys(self) -> workflows.OwnPasskeyChanges:
        """One's own passkeys."""
        passkeys = self._outside.passkeys
        return workflows.OwnPasskeyChanges(self._runner, self._services, self.own_account, passkeys)

    @cached_property
    def local_authenticator(self) -> workflows.LocalAuthenticator:
        """Sessions and API tokens of this store."""
        return workflows.LocalAuthenticator(self.sign_in_desk)

    @cached_property
    def admission(self) -> workflows.Admission:
        """Calls from outside."""
        ours: list[Authenticator] = [self.local_authenticator]
        if (proxy := self._outside.proxy) is not None:
            ours.append(workflows.ProxyAuthenticator(self._services, self.sign_in_desk, proxy, self._outside.rules))
        return workflows.Admission(self._services, (*ours, *self._authenticators))

    @cached_property
    def own_account(self) -> workflows.OwnAccountChanges:
        """Changes that take the password."""
        return workflows.OwnAccountChanges(self._runner, self._services, self._hasher)

    @cached_property
    def deactivation(self) -> workflows.Deactivation:
        """Officers who are put out of service."""
        return workflows.Deactivation(self._runner, self._services)

    @cached_property
    def case_threads(self) -> workflows.CaseThreads:
        """Messages in doubt, tips that are split and joined."""
        return workflows.CaseThreads(self._runner, self._services)

    @cached_property
    def content_publication(self) -> workflows.ContentPublication:
        """Items and what the reviewing plugins find."""
        return workflows.ContentPublication(self._runner, self._services, self._plugins)

    @cached_property
    def previews(self) -> workflows.OutgoingPreviews:
        """What would leave."""
        return workflows.OutgoingPreviews(self._runner, self._services, self._messengers)

    @cached_property
    def possible_tip_steps(self) -> workflows.PossibleTipSteps:
        """Which of the verbs can be carried out on a tip."""
        return workflows.PossibleTipSteps(self._runner, self._find_verb)

    @cached_property
    def possible_inquiry_steps(self) -> workflows.PossibleInquirySteps:
        """Which of the verbs can be carried out on an inquiry."""
        return workflows.PossibleInquirySteps(self._runner, self._find_verb)

    @cached_property
    def possible_item_steps(self) -> workflows.PossibleItemSteps:
        """Which of the verbs can be carried out on an item."""
        return workflows.PossibleItemSteps(self._runner, self._find_verb, self.content_publication.steps)

    @cached_property
    def possible_post_steps(self) -> workflows.PossiblePostSteps:
        """Which of the verbs can be carried out about a post."""
        return workflows.PossiblePostSteps(self._runner, self._find_verb)

    @cached_property
    def possible_group_steps(self) -> workflows.PossibleGroupSteps:
        """Which of the verbs can be carried out with a group."""
        return workflows.PossibleGroupSteps(self._runner, self._find_verb, self.group_creation.steps)

    @cached_property
    def possible_report_steps(self) -> workflows.PossibleReportSteps:
        """Which of the verbs can be carried out with a report."""
        return workflows.PossibleReportSteps(self._runner, self._find_verb, self.report_submission.steps)

    @cached_property
    def possible_rights_steps(self) -> workflows.PossibleRightsSteps:
        """Which of the verbs can be carried out with a request about data of one's own."""
        return workflows.PossibleRightsSteps(self._runner, self._find_verb, self._services.rights.lookups)

    @cached_property
    def possible_programme_steps(self) -> workflows.PossibleProgrammeSteps:
        """Which of the verbs can be carried out about a duty or a difficulty."""
        return workflows.PossibleProgrammeSteps(self._runner, self._find_verb)

    @cached_property
    def own_work(self) -> workflows.OwnWork:
        """Return what waits for whoever asks, and whether anything is new."""
        return workflows.OwnWork(self._runner, self._services, self._find_verb)

    @cached_property
    def erasure(self) -> workflows.ErasureWorkflow:
        """People who want nothing of theirs to be kept."""
        return workflows.ErasureWorkflow(self._runner, self._services)

    @cached_property
    def group_creation(self) -> workflows.GroupCreation:
        """Groups on their platforms."""
        return workflows.GroupCreation(self._runner, self._services, self._messengers)

    @cached_property
    def group_directory(self) -> workflows.GroupDirectory:
        """The public directory."""
        return workflows.GroupDirectory(self._runner, self._services)

    @cached_property
    def hand_over(self) -> workflows.HandOver:
        """Officers who leave, and all they worked on."""
        return workflows.HandOver(self._runner, self._services)

    @cached_property
    def labels(self) -> workflows.LabelBook:
        """What officers call closed words."""
        return workflows.LabelBook(self._runner)

    @cached_property
    def key_rotation(self) -> workflows.KeyRotation:
        """A new epoch and a new signing key."""
        return workflows.KeyRotation(self._runner, self._services)

    @cached_property
    def leak_decision(self) -> workflows.LeakDecision:
        """What the leak check holds."""
        return workflows.LeakDecision(self._runner, self._services)

    @cached_property
    def message_triage(self) -> workflows.MessageTriage:
        """Messages of a group that become cases."""
        intake = messaging.Intake(self._runner, self._services.conversations, self._messengers)
        return workflows.MessageTriage(self._runner, self._services, self._messengers, intake)

    @cached_property
    def moderation_decision(self) -> workflows.ModerationDecision:
        """Rulings carried out on their platforms."""
        return workflows.ModerationDecision(self._runner, self._services, self._messengers)

    @cached_property
    def record_search(self) -> workflows.RecordSearch:
        """One search over several kinds of records."""
        return workflows.RecordSearch(self._runner, self._services)

    @cached_property
    def report_submission(self) -> workflows.ReportSubmission:
        """Reports handed in and rendered."""
        return workflows.ReportSubmission(self._runner, self._services, self._plugins)

    @cached_property
    def rights(self) -> workflows.RightsWorkflow:
        """People who ask about data of theirs."""
        return workflows.RightsWorkflow(self._runner, self._services, self._plugins)

    @cached_property
    def role_ending(self) -> workflows.RoleEnding:
        """Roles that end, and what their officers worked on."""
        return workflows.RoleEnding(self._runner, self._services)

    @cached_property
    def tip_papers(self) -> workflows.TipPaperRendering:
        """Registers and slips as files."""
        return workflows.TipPaperRendering(self._runner, self._services, self._plugins)

    @cached_property
    def tip_claiming(self) -> workflows.TipClaiming:
        """Claims of tips."""
        return workflows.TipClaiming(self._runner, self._services)

    @cached_property
    def alarm_claiming(self) -> workflows.AlarmClaiming:
        """Claims of alarms."""
        return workflows.AlarmClaiming(self._runner, self._services)

    @cached_property
    def alarm_ladders(self) -> workflows.AlarmLadders:
        """Who has an emergency, or is paged about it next."""
        return workflows.AlarmLadders(self._runner, self._services)

    @cached_property
    def incidents(self) -> workflows.IncidentWork:
        """What may belong to one incident, and one answer to its reporters."""
        return workflows.IncidentWork(self._runner, self._services, self.previews.find_problem)

    @cached_property
    def tip_routing(self) -> workflows.TipRouting:
        """Who might handle a tip."""
        return workflows.TipRouting(self._runner, self._services, self._plugins)
