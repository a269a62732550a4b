"""What this terminal can do."""
