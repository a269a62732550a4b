"""From the page for signing in to where work begins, or to what is left where it may not."""

from functools import partial
from typing import TYPE_CHECKING, Any

from civictui.domain.errors import CivicError
from civictui.screens.desk import Desk
from civictui.screens.page import Page

if TYPE_CHECKING:
    from civictui.domain.model import Draft


async def lead_on(page: Page[Any], notice: str, *, aside: int = 0) -> None:
    """To the list and what was being written, in place of `page`, once that is on top.

    A terminal that only delivers is led to the page that says so, one that was locked meanwhile
    nowhere. `notice` is said there; `aside` counts stores that were set aside.
    """
    service = page.desk.service
    draft = None
    if service.user and not service.barred:
        try:
            draft = await service.unfinished()
        except CivicError:
            draft = None  # it is in the list, if anything can be read at all
    page.on_top(partial(_go_in, page, draft, notice, aside))


def _go_in(page: Page[Any], draft: "Draft | None", notice: str, aside: int) -> None:
    service = page.desk.service
    if not service.user:
        return
    if service.barred:
        from civictui.screens.delivery_page import DeliveryPage

        page.app.switch_screen(DeliveryPage(page.desk))
        return

    from civictui.screens.report_list import ReportList

    said = "; ".join(filter(None, (notice, unseen(page.desk))))
    first = ReportList(page.desk, said, aside=aside)
    page.app.switch_screen(first)
    if draft:
        first.call_later(first.resume, draft)


def unseen(desk: Desk) -> str:
    """The operator's notice, where the person has not seen this one; it counts as seen then."""
    message = desk.service.policy.message
    if message == desk.told:
        return ""
    desk.told = message
    return f"Notice: {message}" if message else ""
