"""What a browser is told and asked, so that no other site acts in an officer's name."""
