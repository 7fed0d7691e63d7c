"""An officer's own account: sessions, password, second factor, passkeys."""
