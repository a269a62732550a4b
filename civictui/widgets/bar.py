"""How far something has come, as a bar; the words beside it say the same."""

from rich.text import Text

from civictui.widgets.fit import fit

_WIDEST = 60


def bar(share: float, said: str, width: int) -> Text:
    """`[####------] 40 % and words`. It is full when all is done, and not before."""
    share = min(max(share, 0.0), 1.0)
    beside = f" {int(share * 100)} % {said}"
    room = max(0, min(_WIDEST, width - len(beside) - 2))
    done = int(share * room)
    return Text(fit(f"[{'#' * done}{'-' * (room - done)}]{beside}", width))
