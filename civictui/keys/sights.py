"""Pictures and maps on the whole screen."""

from typing import Final

from civictui.keys.key import Key, move

PICTURE: Final = (
    Key("picture.next", "right", "turn(1)", "The next photo", "next"),
    Key("picture.previous", "left", "turn(-1)", "The photo before", "before"),
    Key("picture.in", "plus,equals_sign", "zoom(1)", "Closer", "closer"),
    Key("picture.out", "minus", "zoom(-1)", "Further away", "further"),
    Key("picture.whole", "0", "whole", "The whole picture"),
    move("picture.pan_left", "h", "pan(-1,0)", "To the left"),
    move("picture.pan_down", "j,down", "pan(0,1)", "Down"),
    move("picture.pan_up", "k,up", "pan(0,-1)", "Up"),
    move("picture.pan_right", "l", "pan(1,0)", "To the right"),
    Key("picture.pictures", "v", "pictures", "Draw it in another way", "way of drawing"),
)

_LOOK: Final = (
    Key("map.in", "plus,equals_sign", "zoom(1)", "Closer", "closer"),
    Key("map.out", "minus", "zoom(-1)", "Further away", "further"),
    Key("map.style", "v", "style", "Draw the map in another way"),
)

MAP: Final = (
    move("map.left", "left,h", "pan(-1,0)", "To the west"),
    move("map.down", "down,j", "pan(0,1)", "To the south"),
    move("map.up", "up,k", "pan(0,-1)", "To the north"),
    move("map.right", "right,l", "pan(1,0)", "To the east"),
    *_LOOK,
    Key("map.next", "n,tab", "select(1)", "Select the next report", "next report"),
    Key("map.previous", "N,shift+tab", "select(-1)", "Select the report before"),
    Key("map.open", "enter", "open", "Open the selected report", "open"),
    Key("map.centre", "c", "centre", "To where you are", "to me"),
    Key("map.home", "0", "home", "Back to where the map began"),
)

PIN: Final = (
    move("pin.left", "left,h", "move(-1,0)", "The pin to the west"),
    move("pin.down", "down,j", "move(0,1)", "The pin to the south"),
    move("pin.up", "up,k", "move(0,-1)", "The pin to the north"),
    move("pin.right", "right,l", "move(1,0)", "The pin to the east"),
    move("pin.far_left", "shift+left,H", "move(-8,0)", "Far to the west"),
    move("pin.far_down", "shift+down,J", "move(0,4)", "Far to the south"),
    move("pin.far_up", "shift+up,K", "move(0,-4)", "Far to the north"),
    move("pin.far_right", "shift+right,L", "move(8,0)", "Far to the east"),
    *_LOOK,
    Key("pin.centre", "c", "centre", "The pin to where you are", "to me"),
    Key("pin.take", "enter", "take", "Take this place", "take this place"),
)
"""The map on which a place is set."""
