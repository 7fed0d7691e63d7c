"""A request to know who reported something: it waits for the custodian."""

from anninh_core.demo.cast import officer
from anninh_core.demo.open_world.tips import find_tip
from anninh_core.demo.stage import DemoStage
from anninh_core.domain.identity import IdentityField


def ask_for_name(stage: DemoStage) -> None:
    """Let an officer ask for the name behind a case."""
    wanted = stage.script["open_world"]["identity"]
    case = f"tip:{find_tip(stage, wanted['line']).id}"
    if not stage.app.identity.disclosures(officer(stage, "custodian"), case=case).items:
        me = officer(stage, "tips")
        field = IdentityField.NAME
        stage.app.identity.request_identity(me, case, field=field, purpose=wanted["purpose"], ground=wanted["ground"])
    stage.deliver_events()
