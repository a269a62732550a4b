"""The encrypted store: a sealed record log under TinyDB, a keyring, sealed pictures.

    what lies on the disk
        log           append, open, compact     record, generations, reading, standing,
                                                new_generation
        keyring       the two small files       slots, recovery_slots, keys (of an open store)
        blobs         sealed pictures           sealed_stream, picture_parts, tile_files
        spares        second copies of what is unsent
        device        where stores lie          ballast, holder, quarantine
        files, envelope, hardening              the only places of files and of cryptography

    what is in memory while a store is open
        tables        TinyDB on the log
        documents     revisions, feed, marks    stored_document, change_order, observer
        report_index  order, text and places    report_entry, search_texts, time_order, byte_run
        outbox        transfer jobs
        picture_store what is wanted, gives way, is to be sent again    picture_cache

    the whole
        store         all of one store, synchronous       thread: which owns it
        adapters      the ports that loops await
        vault         all stores of the device
        rescue        unsent work from one store into another
        bundle        the same in one sealed file          bundle_items, bundle_slots, exchange
        doctor        a check of everything                checks/

docs/store-format.md says byte by byte what the first part writes.
"""
