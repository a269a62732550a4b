"""A CouchDB, or what speaks its replication protocol, over HTTP: for the sync and the gateway."""
