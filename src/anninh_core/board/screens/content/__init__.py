"""What groups are told: written, handed in, sent, corrected, withdrawn."""
