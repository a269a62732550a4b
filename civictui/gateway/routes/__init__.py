"""HTTP: requests read strictly and under caps, answers as JSON."""
