"""Group chats of an official account (GMF), each on an asset: create, describe, manage, dissolve and watch them."""
