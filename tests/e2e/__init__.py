"""Real processes on real sockets: the gateway, and two clients that know nothing of each other."""
