"""All workflows of one app, each created on first access."""

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
    """The workflows of an app. They are stateless, so that two threads may create one at the same time."""

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
        """Signing in to an account of the store."""
        return workflows.SignInDesk(self._runner, self._services, self._hasher)

    @cached_property
    def provider_sign_in(self) -> workflows.ProviderSignIn:
        """Signing in at the authority's own service."""
        return workflows.ProviderSignIn(self._runner, self._services, self.sign_in_desk, self._outside.provider)

    @cached_property
    def passkey_sign_in(self) -> workflows.PasskeySignIn:
        """Signing in by a passkey."""
        return workflows.PasskeySignIn(self._runner, self._services, self.sign_in_desk, self._outside.passkeys)

    @cached_property
    def own_passkeys(self) -> workflows.OwnPasskeyChanges:
        """Changes of one's own passkeys."""
        passkeys = self._outside.passkeys
        return workflows.OwnPasskeyChanges(self._runner, self._services, self.own_account, passkeys)

    @cached_property
    def local_authenticator(self) -> workflows.LocalAuthenticator:
        """Authentication by sessions and API tokens of this store."""
        return workflows.LocalAuthenticator(self.sign_in_desk)

    @cached_property
    def admission(self) -> workflows.Admission:
        """Authentication of external calls."""
        authenticators: list[Authenticator] = [self.local_authenticator]
        if (proxy := self._outside.proxy) is not None:
            authenticators.append(
                workflows.ProxyAuthenticator(self._services, self.sign_in_desk, proxy, self._outside.rules)
            )
        return workflows.Admission(self._services, (*authenticators, *self._authenticators))

    @cached_property
    def own_account(self) -> workflows.OwnAccountChanges:
        """Changes of the own account that require the password."""
        return workflows.OwnAccountChanges(self._runner, self._services, self._hasher)

    @cached_property
    def deactivation(self) -> workflows.Deactivation:
        """Deactivation of officers."""
        return workflows.Deactivation(self._runner, self._services)

    @cached_property
    def case_threads(self) -> workflows.CaseThreads:
        """Assigning messages in doubt, splitting and joining tips."""
        return workflows.CaseThreads(self._runner, self._services)

    @cached_property
    def content_publication(self) -> workflows.ContentPublication:
        """Review and publication of items."""
        return workflows.ContentPublication(self._runner, self._services, self._plugins)

    @cached_property
    def previews(self) -> workflows.OutgoingPreviews:
        """Previews of outgoing messages."""
        return workflows.OutgoingPreviews(self._runner, self._services, self._messengers)

    @cached_property
    def possible_tip_steps(self) -> workflows.PossibleTipSteps:
        """The workflow that finds the possible steps for a tip."""
        return workflows.PossibleTipSteps(self._runner, self._find_verb)

    @cached_property
    def possible_inquiry_steps(self) -> workflows.PossibleInquirySteps:
        """The workflow that finds the possible steps for an inquiry."""
        return workflows.PossibleInquirySteps(self._runner, self._find_verb)

    @cached_property
    def possible_item_steps(self) -> workflows.PossibleItemSteps:
        """The workflow that finds the possible steps for an item."""
        return workflows.PossibleItemSteps(self._runner, self._find_verb, self.content_publication.steps)

    @cached_property
    def possible_post_steps(self) -> workflows.PossiblePostSteps:
        """The workflow that finds the possible steps for a post."""
        return workflows.PossiblePostSteps(self._runner, self._find_verb)

    @cached_property
    def possible_group_steps(self) -> workflows.PossibleGroupSteps:
        """The workflow that finds the possible steps for a group."""
        return workflows.PossibleGroupSteps(self._runner, self._find_verb, self.group_creation.steps)

    @cached_property
    def possible_report_steps(self) -> workflows.PossibleReportSteps:
        """The workflow that finds the possible steps for a report."""
        return workflows.PossibleReportSteps(self._runner, self._find_verb, self.report_submission.steps)

    @cached_property
    def possible_rights_steps(self) -> workflows.PossibleRightsSteps:
        """The workflow that finds the possible steps for a request about personal data."""
        return workflows.PossibleRightsSteps(self._runner, self._find_verb, self._services.rights.lookups)

    @cached_property
    def possible_programme_steps(self) -> workflows.PossibleProgrammeSteps:
        """The workflow that finds the possible steps for a duty or a difficulty."""
        return workflows.PossibleProgrammeSteps(self._runner, self._find_verb)

    @cached_property
    def own_work(self) -> workflows.OwnWork:
        """The workflow that lists the caller's waiting work, and news about it."""
        return workflows.OwnWork(self._runner, self._services, self._find_verb)

    @cached_property
    def erasure(self) -> workflows.ErasureWorkflow:
        """Erasure of people."""
        return workflows.ErasureWorkflow(self._runner, self._services)

    @cached_property
    def group_creation(self) -> workflows.GroupCreation:
        """Creation of groups on their platforms."""
        return workflows.GroupCreation(self._runner, self._services, self._messengers)

    @cached_property
    def group_directory(self) -> workflows.GroupDirectory:
        """The public directory of groups."""
        return workflows.GroupDirectory(self._runner, self._services)

    @cached_property
    def hand_over(self) -> workflows.HandOver:
        """Handing over a leaving officer's work."""
        return workflows.HandOver(self._runner, self._services)

    @cached_property
    def labels(self) -> workflows.LabelBook:
        """Labels of enumerated values for officers."""
        return workflows.LabelBook(self._runner)

    @cached_property
    def key_rotation(self) -> workflows.KeyRotation:
        """Rotation to a new epoch and a new signing key."""
        return workflows.KeyRotation(self._runner, self._services)

    @cached_property
    def leak_decision(self) -> workflows.LeakDecision:
        """Decisions about messages that the leak check holds."""
        return workflows.LeakDecision(self._runner, self._services)

    @cached_property
    def message_triage(self) -> workflows.MessageTriage:
        """Making cases of group messages."""
        intake = messaging.Intake(self._runner, self._services.conversations, self._messengers)
        return workflows.MessageTriage(self._runner, self._services, self._messengers, intake)

    @cached_property
    def moderation_decision(self) -> workflows.ModerationDecision:
        """Decisions about posts, and their execution on the platforms."""
        return workflows.ModerationDecision(self._runner, self._services, self._messengers)

    @cached_property
    def record_search(self) -> workflows.RecordSearch:
        """Search over several kinds of records."""
        return workflows.RecordSearch(self._runner, self._services)

    @cached_property
    def report_submission(self) -> workflows.ReportSubmission:
        """Submitting and rendering reports."""
        return workflows.ReportSubmission(self._runner, self._services, self._plugins)

    @cached_property
    def rights(self) -> workflows.RightsWorkflow:
        """Handling requests about personal data."""
        return workflows.RightsWorkflow(self._runner, self._services, self._plugins)

    @cached_property
    def role_ending(self) -> workflows.RoleEnding:
        """Ending roles, with the release of open tips."""
        return workflows.RoleEnding(self._runner, self._services)

    @cached_property
    def tip_papers(self) -> workflows.TipPaperRendering:
        """Rendering registers and slips as files."""
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
        """The workflow that finds the officer who has an emergency, or who gets the next urgent notice about it."""
        return workflows.AlarmLadders(self._runner, self._services)

    @cached_property
    def incidents(self) -> workflows.IncidentWork:
        """The workflow that proposes the tips of an incident, and sends a common answer to its reporters."""
        return workflows.IncidentWork(self._runner, self._services, self.previews.find_problem)

    @cached_property
    def tip_routing(self) -> workflows.TipRouting:
        """Suggesting handlers of a tip."""
        return workflows.TipRouting(self._runner, self._services, self._plugins)
