"""The database in a CouchDB or a Cloudant: judged here, kept there."""
