"""Random histories: terminals and a gateway, partitions, faults and kills; what must hold after.

    steps.py       what can happen, and histories of it, made by a seed
    at_once.py     store and network without threads, so that a seed alone decides the order
    server.py      the gateway, whose folder outlives its process
    terminal.py    a terminal with a life of its own
    deeds.py       what persons do
    world.py       all of them together, and what happens to them
    facts.py       what persons did: which value each of them knowingly put in another's place
    laws.py        what must hold after every step, and at the end
    shrinking.py   the shortest history that still breaks a law
    histories.py   runs one history

A history that breaks a law is shrunk and printed with its seed.
"""
