from anninh_core.messaging.inbound.intake import Intake as Intake
