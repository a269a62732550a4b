"""The process around the application, from its sockets to its signals.

listening     the socket, and how many come in by it
connection    one client's: what uvicorn has no end for has one here
certificate   TLS from two files, taken anew while connections go on
web           uvicorn as this gateway has it; notify tells the service manager
lines         the log on its way to whoever reads it
memory        what was freed is the system's again
"""
