"""Group chats of an official account (GMF): made on an asset, described, run, dissolved, and watched."""
