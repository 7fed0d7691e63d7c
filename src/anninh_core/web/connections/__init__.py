"""Connections to the web door: how many there may be, how long they may wait, and how HTTP is read from them."""
