"""Vector tiles: the files that hold them, and what they say.

    archive    what a map file is: an MBTiles (mbtiles) or a PMTiles (archived in `pmtiles`)
    messages   the protocol buffers of a tile, declared in code
    geometry   the drawing commands of a feature as coordinates
    schema     which features are drawn, and as what: OpenMapTiles and Protomaps
    tile       a tile read for drawing

A map is a file of strangers. Whatever is in it, reading it ends soon, in bounded memory, with tiles
or with a MapError.
"""
