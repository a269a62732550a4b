"""From the page for signing in to where work begins, or to what is left where it may not."""

from functools import partial
from typing import TYPE_CHECKING, Any

from civictui.domain.errors import CivicError
from civictui.screens.page import Page
from civictui.widgets.bindings import bound_name
from civictui.widgets.notice_lines import noticed

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

        _begin(page, DeliveryPage(page.desk), notice)
        return

    from civictui.screens.report_list import ReportList

    first = ReportList(page.desk, aside=aside)
    _begin(page, first, notice)
    if draft:
        first.call_later(first.resume, draft)


def _begin(page: Page[Any], first: Page[None], notice: str) -> None:
    page.app.switch_screen(first)
    first.call_later(tell_all, first, notice)


def tell_all(page: Page[Any], said: str = "") -> None:
    """Say this, and the operator's notice where the person has not seen it; it counts as seen then.

    The notice goes last: it may be cut.
    """
    desk = page.desk
    message = desk.service.policy.message.strip()
    is_new, desk.told = message != desk.told, message
    if message and is_new:
        before, key = f"{said}; " if said else "", bound_name(page, "app.help")
        page.say(noticed(message, page.app.size.width, key, before), whole=message)
    elif said:
        page.say(said)
