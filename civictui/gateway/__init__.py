"""The gateway: accounts, the database and the pictures behind one origin.

server        a socket and uvicorn; app puts the routes together, gate asks for tokens
routes/       HTTP: what a request says, and how it is answered
open311/      Open311 GeoReport v2, where it is offered: a room with routes of its own
backends      everything that the routes work with, opened and closed together
accounts/     who may sign in, sessions, attempts, recovery
database/     the documents: what may come in, and where they lie
objects/      the pictures: uploads, verification, and where they lie
maps          base maps for terminals, in clear
devices/      what each terminal last sent and still holds, and which may only deliver
policy/       what the operator asks of terminals: read, sealed, signed for each
folder        the sealed data folder; sealed, audit, signing, problems stand on it
provisioning  what is done to a folder without HTTP; bundles takes in what a terminal exported
backup/       the folder in one sealed file, also while it is served, and back
"""
