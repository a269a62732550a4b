"""The process around the application: sockets, TLS, connections, signals, service manager."""
