"""The menu: one section a subject, with what waits there."""
