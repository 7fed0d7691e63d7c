from anninh_core.usecase.actor import Actor as Actor
from anninh_core.usecase.actor import person as person
from anninh_core.usecase.actor import system as system
