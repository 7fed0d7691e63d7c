"""From the outbox to the wire: scheduled, sent by a way that works, its outcome recorded, the unknown reconciled."""
