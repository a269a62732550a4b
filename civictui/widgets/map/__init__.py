"""Maps as widgets: drawn in a thread, of which only what changes is sent."""
