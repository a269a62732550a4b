"""What the page of the sync tells of the operator's wishes."""

from civictui.domain.model import NO_POLICY, Policy, Terminal
from civictui.widgets.policy_text import asked, known_by

HERE = Terminal("3f9a2c41d07b", "1.2", "2026-11-20T07:30:00Z")


def test_nothing_asked_takes_no_line() -> None:
    assert asked(NO_POLICY, HERE) == []


def test_all_of_it() -> None:
    policy = Policy(message=" One.\n\nTwo. ", off=frozenset({"photos", "map"}), offline_days=14)
    notice, off, offline = asked(policy, HERE)
    assert notice == "Notice    One.\n\nTwo."
    assert off == "Off       adding photos; the map"
    assert offline.startswith("Offline   opens for 14 days without the gateway: until 2026-12-05 ")


def test_a_gateway_that_was_never_heard_has_no_date() -> None:
    (offline,) = asked(Policy(offline_days=1), Terminal())
    assert offline == "Offline   opens for 1 day without the gateway"


def test_what_it_is_known_by_can_be_said_on_the_phone() -> None:
    assert known_by(HERE) == ["Terminal  civictui 1.2, device 3f9a2c41"]
    assert known_by(Terminal(version="1.2")) == ["Terminal  civictui 1.2"]
