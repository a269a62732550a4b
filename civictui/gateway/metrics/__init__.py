"""Numbers for whoever watches the gateway, in Prometheus' text format. Off unless asked for."""
