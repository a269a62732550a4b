"""The thin display: what is not on the terminal yet is sent, in the fewest bytes.

    toolkit's update -> painter -> wanted ──┐
                                            difference -> text -> outlet -> terminal
                       sent <───────────────┘

`wanted` is what the screen should show, `sent` what the terminal shows, both grids of cells. The
main thread paints into `wanted` and goes on. The outlet's thread asks for the difference when, and
only when, the last one has been written whole: frames in between are never made.

| module | knows |
|---|---|
| `pens` | colours and attributes of a terminal, and the shortest change of them |
| `cells` | text cut into cells; which of them every terminal sees as wide as we do |
| `painter` | the shape of the toolkit's updates, and nothing else of it |
| `dialect` | what this kind of terminal understands |
| `stylus` | the terminal's own cursor and pen: the shortest way to a cell, and writing there |
| `shift` | lines that only moved up or down |
| `difference` | one row, and one frame |
| `canvas` | the two grids, between the two threads |

The invariants are in docs/display.md.
"""
