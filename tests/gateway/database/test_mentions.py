"""The index of pictures and updates, however many there are of one."""

from civictui.gateway.database.mentions import Mentions


def test_each_update_of_a_report_is_named_once_and_in_order() -> None:
    mentions = Mentions()
    keys = [f"u{number}" for number in range(20_000)]
    for key in [*keys, *keys[:100]]:
        mentions.observe(key, {"type": "update", "report": "r1"})
    assert list(mentions.about("r1")) == keys
    assert mentions.about("r2") == ()


def test_what_it_gave_stays_as_it_was() -> None:
    mentions = Mentions()
    for number in range(20):
        before = mentions.about("r1")
        mentions.observe(f"u{number}", {"type": "update", "report": "r1"})
        assert len(before) == number
