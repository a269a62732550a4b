"""The demo: an embedded gateway with real reports, and both flows played by themselves."""
