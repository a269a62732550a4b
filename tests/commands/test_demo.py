"""What the demo takes from the settings of the person who tries it."""

from pathlib import Path

from civictui.commands.demo import demo_settings
from civictui.settings import Settings


def test_the_demo_has_the_persons_devices_and_not_their_stores() -> None:
    own = Settings(
        server="https://reports.example.org",
        data_dir=Path("/srv/civictui"),
        position="51.5,-0.12",
        pepper_file="/media/key/pepper",
        inbox="/media/card",
        capture="camera -o -",
        ascii=True,
    )
    shown = demo_settings(own, "http://127.0.0.1:1", Path("/srv/demo"))
    assert (shown.inbox, shown.capture, shown.ascii) == ("/media/card", "camera -o -", True)
    assert (shown.server, shown.data_dir) == ("http://127.0.0.1:1", Path("/srv/demo"))
    assert shown.position.startswith("37.77")
    assert not shown.pepper_file
