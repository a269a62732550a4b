"""The colours: every widget names them by the terminal's own sixteen, here and in the style sheet.

Sent as they are, they cost least on the wire and follow the terminal's scheme: the theme `ansi`.
The other themes put fixed colours for them, on their way out (see `tint`). Nothing is told by
colour alone, so that the theme `mono` and NO_COLOR lose nothing.
"""

from typing import Final

from rich.style import Style
from textual.theme import Theme

BOLD: Final = Style(bold=True)
DIM: Final = Style(dim=True)
BEGUN: Final = Style(color="cyan")
WAITS: Final = Style(color="yellow")
SAFE: Final = Style(color="green")
ALARM: Final = Style(color="bright_red", bold=True)
"""The inks: what is begun here, waits, is safe, needs somebody. Each stands beside a sign."""

CIVIC = Theme(
    name="civic",
    ansi=True,
    dark=True,
    primary="ansi_cyan",
    secondary="ansi_cyan",
    accent="ansi_cyan",
    warning="ansi_yellow",
    error="ansi_bright_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables={
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "border-blurred": "ansi_default",
        "input-cursor-background": "ansi_white",
        "input-cursor-foreground": "ansi_black",
        "input-cursor-text-style": "none",
        "input-selection-background": "ansi_cyan",
        "input-selection-foreground": "ansi_black",
        "screen-selection-background": "ansi_cyan",
        "screen-selection-foreground": "ansi_black",
    },
)
