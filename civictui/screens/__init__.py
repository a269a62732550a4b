"""One module a screen; screens ask `Service` and post intents."""
