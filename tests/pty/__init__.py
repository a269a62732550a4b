"""What several tests do at a real pseudo-terminal."""
