from anninh_zalo.testing.clock import TurnedClock as TurnedClock
from anninh_zalo.testing.failures import CALL_FAILURES as CALL_FAILURES
from anninh_zalo.testing.sandbox import Sandbox as Sandbox
from anninh_zalo.testing.simulation.accounts import SandboxOfficialAccount as SandboxOfficialAccount
from anninh_zalo.testing.simulation.bots import BotAccount as BotAccount
from anninh_zalo.testing.simulation.simulated_users import Person as Person
from anninh_zalo.testing.variants import Variants as Variants
