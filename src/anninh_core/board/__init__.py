"""The board: pages on which officers do their work, made on a server, for any browser.

A page asks the door's operations and nothing else, so that it shows what may leave and no more. It works by links and
forms alone; the script makes it smoother. `screens` has one folder a subject.
"""

from anninh_core._lazy import lazy

lazy(__name__)
