"""Two technicians, two terminals, a real gateway: edits, withdrawals and conflicts end to end."""

from dataclasses import replace

import pytest

from civictui.domain.errors import NotFound, UsageError
from civictui.domain.merge import Side
from civictui.domain.model import Draft, Report
from civictui.gateway import provisioning
from civictui.gateway.accounts.accounts import Changes
from civictui.service import new_draft
from tests.site import PASSWORD, Site, Terminal, Watch, all_sent


def written(terminal: Terminal) -> Draft:
    """What Demo reports."""
    return new_draft(
        terminal.clock, description="Lamp out", place="40.5, -73.9", address="1 Main St"
    )


async def both_in(one: Terminal, two: Terminal) -> tuple[Watch, Watch]:
    """Demo and Asha at work, each with a watch."""
    watches = Watch(one), Watch(two)
    await one.service.sign_in("demo", PASSWORD)
    await two.service.sign_in("asha", PASSWORD)
    return watches


async def shared_report(one: Terminal, two: Terminal, watches: tuple[Watch, Watch]) -> str:
    """A report of Demo's that both have."""
    key = await one.service.submit(written(one))
    await watches[1].until(lambda: knows(two, key))
    await watches[0].until(lambda: all_sent(one))
    return key


async def knows(terminal: Terminal, key: str) -> bool:
    return bool(await terminal.service.reader.rows([key]))


async def report(terminal: Terminal, key: str) -> Report:
    return (await terminal.service.reader.report(key)).report


async def edit(terminal: Terminal, key: str, **changes: str) -> None:
    draft = await terminal.service.begin_edit(key)
    await terminal.service.submit(replace(draft, **changes))  # type: ignore[arg-type]


async def same(one: Terminal, two: Terminal, key: str) -> bool:
    """Whether both have sent all, show the same version, and have nothing to settle."""
    docs = [(await terminal.service.reader.document(key)) for terminal in (one, two)]
    open_questions = [await terminal.service.reader.conflicts() for terminal in (one, two)]
    settled = docs[0] == docs[1] and not any(open_questions)
    return settled and await all_sent(one) and await all_sent(two)


async def test_a_supervisor_withdraws_the_report_of_another_offline(
    site: Site, one: Terminal, two: Terminal
) -> None:
    folder = provisioning.open_folder(site.folder)
    watches = await both_in(one, two)
    key = await shared_report(one, two, watches)
    with pytest.raises(UsageError, match="or a supervisor"):
        await two.service.withdraw(key)
    provisioning.set_user(folder, "asha", Changes(roles=frozenset({"supervisor"})))
    await two.service.lock()
    await two.service.sign_in("asha", PASSWORD)
    await two.service.lock()
    site.stop()
    await two.service.sign_in("asha", PASSWORD)  # from here on there is no link
    assert two.service.supervises
    await two.service.withdraw(key)
    site.start()
    two.service.sync_now()
    await watches[1].until(lambda: all_sent(two))

    async def gone() -> bool:
        return not await knows(one, key)

    await watches[0].until(gone)
    last = (await one.service.reader.gone())[0]
    assert last.id == key
    assert not await two.store.state.rejected()


async def test_a_renewal_brings_what_a_user_has_become(site: Site, one: Terminal) -> None:
    await one.service.sign_in("demo", PASSWORD)
    await one.service.lock()
    roles = frozenset({"admin", "technician"})
    provisioning.set_user(provisioning.open_folder(site.folder), "demo", Changes(roles=roles))
    site.stop()
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    assert not one.service.supervises
    site.start()
    one.service.sync_now()

    async def told() -> bool:
        return bool(await one.store.secrets.get("roles") == sorted(roles))

    await watch.until(told)
    await one.service.lock()
    await one.service.unlock("demo", PASSWORD)
    assert one.service.supervises


async def test_an_edit_comes_to_the_other(one: Terminal, two: Terminal) -> None:
    watches = await both_in(one, two)
    key = await shared_report(one, two, watches)
    await edit(two, key, description="Lamp out, and the pole leans", place="40.6, -73.8")
    await watches[0].until(lambda: same(one, two, key))
    found = await report(one, key)
    assert found.description == "Lamp out, and the pole leans"
    assert (str(found.point), found.address) == ("40.600000, -73.800000", "1 Main St")
    assert (found.reported_by, found.extra["edited"]["by"]) == ("demo", "asha")
    assert (await two.service.reader.versions(key))[0].body["problemDescription"] == "Lamp out"


async def test_edits_made_offline_are_merged(site: Site, one: Terminal, two: Terminal) -> None:
    watches = await both_in(one, two)
    key = await shared_report(one, two, watches)
    site.stop()
    await edit(one, key, category="lamp")
    await edit(two, key, description="Lamp out, dark since Monday")
    site.start()
    one.service.sync_now()
    two.service.sync_now()
    await watches[1].until(lambda: same(one, two, key))
    await watches[0].until(lambda: same(one, two, key))
    found = await report(one, key)
    assert (found.category, found.description) == ("lamp", "Lamp out, dark since Monday")
    assert await one.service.reader.conflicts() == []


async def test_a_clash_is_settled_by_one_of_them(site: Site, one: Terminal, two: Terminal) -> None:
    watches = await both_in(one, two)
    key = await shared_report(one, two, watches)
    site.stop()
    await edit(one, key, description="Lamp blinks")
    await edit(two, key, description="Lamp is gone")
    site.start()
    one.service.sync_now()
    two.service.sync_now()
    for watch, terminal in zip(watches, (one, two), strict=True):
        await watch.until(lambda terminal=terminal: has_conflict(terminal, key))  # type: ignore[misc]
    asked = await one.service.reader.conflict(key)
    assert asked is not None
    assert asked.mine.by == "demo"
    (clash,) = [difference for difference in asked.differences() if difference.clashing]
    assert clash.mine == {"problemDescription": "Lamp blinks"}
    await one.service.settle(asked, asked.settled({clash.group: Side.THEIRS}))
    await watches[1].until(lambda: same(one, two, key))
    assert (await report(two, key)).description == "Lamp is gone"
    assert await two.service.reader.conflicts() == []


async def has_conflict(terminal: Terminal, key: str) -> bool:
    return await terminal.service.reader.conflicts() == [key]


async def test_only_who_reported_it_withdraws(one: Terminal, two: Terminal) -> None:
    watches = await both_in(one, two)
    key = await shared_report(one, two, watches)
    with pytest.raises(UsageError):
        await two.service.withdraw(key)
    await one.service.withdraw(key)
    await watches[0].until(lambda: all_sent(one))

    async def gone() -> bool:
        return not await knows(two, key)

    await watches[1].until(gone)
    await one.service.restore(key, (await one.service.reader.versions(key))[0].rev)
    await watches[1].until(lambda: knows(two, key))


async def test_letting_go_of_what_the_author_withdrew(
    site: Site, one: Terminal, two: Terminal
) -> None:
    watches = await both_in(one, two)
    key = await shared_report(one, two, watches)
    site.stop()
    await one.service.withdraw(key)
    await edit(two, key, description="Lamp is gone")
    site.start()
    one.service.sync_now()
    two.service.sync_now()
    await watches[1].until(lambda: has_conflict(two, key))
    asked = await two.service.reader.conflict(key)
    assert asked is not None
    assert asked.withdrawn
    await two.service.settle(asked, None)
    await watches[1].until(lambda: all_sent(two))
    assert await two.store.state.rejected() == {}
    assert not await knows(two, key)


async def test_an_edit_goes_on_where_it_was_left(one: Terminal) -> None:
    await one.service.sign_in("demo", PASSWORD)
    key = await one.service.submit(written(one))
    draft = await one.service.begin_edit(key)
    assert (draft.report, draft.description, draft.place) == (
        key, "Lamp out", "40.500000, -73.900000",
    )  # fmt: skip
    typed = replace(draft, description="Lamp out and")
    await one.service.save_draft(typed)
    found = await one.service.begin_edit(key)
    assert (found.id, found.description) == (draft.id, "Lamp out and")
    with pytest.raises(UsageError):
        await one.service.submit(replace(typed, description=" "))
    with pytest.raises(NotFound):
        await one.service.submit(replace(typed, base="7-x"))
    with pytest.raises(NotFound):
        await one.service.begin_edit("nothing")
    assert await one.service.reader.drafts() == [found]


async def test_words_that_did_not_change_are_left_alone(one: Terminal) -> None:
    await one.service.sign_in("demo", PASSWORD)
    key = await one.service.submit(written(one))
    before = await one.service.reader.document(key)
    await one.service.submit(await one.service.begin_edit(key))
    assert await one.service.reader.document(key) == before
    await edit(one, key, place="")
    assert (await report(one, key)).point is None


def test_a_draft_of_an_edit_is_kept_as_one() -> None:
    draft = Draft(id="d", report="r", base="1-a")
    assert Draft.from_doc(draft.to_doc()) == draft
