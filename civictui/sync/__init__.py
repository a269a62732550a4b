"""Replication with CouchDB, pictures with object storage, and the loop that drives both."""
