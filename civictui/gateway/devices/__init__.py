"""The devices that come to this gateway: what each last sent and still holds, and who is barred.

disabled   which devices may only deliver what is queued: a sealed file of the operator's
barred     what is left to whoever is barred, and how all else is refused
register   what the gateway knows of each device and user; records is how that lies on the disk
counts     what came each day, by device and version, without content
logs       what clients say of their own failures, where the policy takes that
states     the words for where a device stands, and what comes first for the operator
"""
