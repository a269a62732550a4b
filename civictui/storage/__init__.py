"""The encrypted store: a sealed record log under TinyDB, a keyring, sealed pictures."""
