"""Pictures both ways: jobs, pieces, rules of a metered link, and what the server lacks."""
