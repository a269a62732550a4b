"""Work that cannot be sent from where it was made: real processes, a stick, another terminal."""

import hashlib
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.processes import PASSWORD, PROGRAM, Answer, Gateway, Terminal

pytestmark = pytest.mark.e2e


@pytest.fixture
def other(one: Terminal, tmp_path: Path) -> Terminal:
    """Another terminal of the same user."""
    return replace(one, folder=tmp_path / "other")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return tmp_path / "stick.cvx"


def report(terminal: Terminal, photo: Path, description: str = "Lamp out") -> str:
    return terminal.new(description=description, photo=str(photo), at="-33.8,151.2")


def there(gateway: Gateway, key: str) -> list[dict[str, object]]:
    return [doc for found, doc in gateway.reports().items() if found == key]


def photo_arrived(gateway: Gateway, document: dict[str, object]) -> bool:
    picture = document["picture"]
    assert isinstance(picture, dict)
    with gateway.session() as session:
        for key in picture.values():
            content = session.get(f"/v1/objects/{key}").raise_for_status().content
            assert key == f"{hashlib.sha256(content).hexdigest()}.jpg"
    return True


def test_what_one_terminal_cannot_send_goes_by_another_once(
    gateway: Gateway, one: Terminal, other: Terminal, bundle: Path, photo: Path
) -> None:
    one.sync(gateway)
    other.sync(gateway)
    key = report(one, photo)
    written = one.run("export", "--sealed", str(bundle))
    assert written.code == 0, written.err
    assert written.json == {
        "file": str(bundle), "reports": 1, "photos": 1, "drafts": 0, "left_out": 0
    }  # fmt: skip
    assert bundle.stat().st_mode & 0o777 == 0o600
    for canary in (b"demo", b"Lamp out", PASSWORD.encode(), key.encode()):
        assert canary not in bundle.read_bytes()
    assert one.list("--search", "Lamp out")[0]["_sync"] == "queued"

    taken = other.run("import", str(bundle))
    assert taken.json == {"reports": 1, "photos": 1, "drafts": 0}
    again = other.run("import", str(bundle))
    assert again.json == {"reports": 0, "photos": 0, "drafts": 0}
    moved = other.sync(gateway)
    assert (moved["pushed"], moved["pictures_sent"], moved["unsent"]) == (1, 2, 0)
    assert other.run("import", str(bundle)).json == {"reports": 0, "photos": 0, "drafts": 0}

    (document,) = there(gateway, key)
    assert photo_arrived(gateway, document)
    assert one.sync(gateway)["unsent"] == 0
    assert len(there(gateway, key)) == 1
    nothing = one.run("export", "--sealed", str(bundle) + "2")
    assert (nothing.code, nothing.json["file"]) == (0, None)
    assert not Path(str(bundle) + "2").exists()


def test_a_bundle_has_a_password_of_its_own_where_one_is_given(
    gateway: Gateway, one: Terminal, bundle: Path, photo: Path
) -> None:
    one.sync(gateway)
    report(one, photo)
    both = f"{PASSWORD}\na password for the stick"
    assert one.run("export", "--sealed", str(bundle), password=both).code == 0
    for typed, code in ((PASSWORD, 4), (f"{PASSWORD}\nwrong", 4), (both, 0)):
        answer = one.run("import", str(bundle), password=typed)
        assert answer.code == code, answer.err


def test_what_cannot_be_done_is_said_and_changes_nothing(
    gateway: Gateway, one: Terminal, two: Terminal, bundle: Path, photo: Path
) -> None:
    one.sync(gateway)
    two.sync(gateway)
    report(one, photo)
    assert one.run("export", "--sealed", str(bundle)).code == 0
    refused = one.run("export", "--sealed", str(bundle))
    assert (refused.code, "is there already" in refused.err) == (2, True)
    stranger = two.run("import", str(bundle))
    assert (stranger.code, "is of the user demo" in stranger.err) == (2, True)
    bundle.write_bytes(bundle.read_bytes()[:-1])
    damaged = one.run("import", str(bundle))
    assert (damaged.code, "damaged or incomplete" in damaged.err) == (6, True)
    assert two.sync(gateway)["unsent"] == 0


def test_the_gateway_takes_a_bundle_in_and_the_terminal_finds_it_sent(
    tmp_path: Path, one: Terminal, bundle: Path, photo: Path
) -> None:
    gateway = Gateway(tmp_path / "served").start()
    try:
        one.sync(gateway)
        key = report(one, photo)
        assert one.run("export", "--sealed", str(bundle)).code == 0
        gateway.stop()
        for _ in range(2):
            taken = serve(gateway, "import", str(bundle))
            assert taken.code == 0, taken.err
        gateway.start()
        (document,) = there(gateway, key)
        assert photo_arrived(gateway, document)
        assert one.sync(gateway)["unsent"] == 0
        assert len(there(gateway, key)) == 1
    finally:
        gateway.stop()


def serve(gateway: Gateway, *action: str) -> Answer:
    command = [*PROGRAM, "serve", *action, f"--data-dir={gateway.folder / 'gateway'}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return Answer(done.returncode, done.stdout, done.stderr)


# --- the doctor ------------------------------------------------------------------------------


def test_the_doctor_finds_and_repairs(gateway: Gateway, one: Terminal, photo: Path) -> None:
    one.sync(gateway)
    key = report(one, photo)
    assert one.run("doctor").json["well"]
    (place,) = (one.folder / "u").iterdir()
    spoilt = [*place.glob("log.*"), place / "keys", *(place / "outbox").iterdir()]
    for path in spoilt:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    (one.folder / "device.json").chmod(0o640)

    found = one.run("doctor")
    assert found.code == 6
    assert not found.json["well"]
    places = {finding["place"].partition(",")[0] for finding in found.json["findings"]}
    copy = f"outbox/{spoilt[-1].name}"
    assert {str(one.folder / "device.json"), "log.0", "keys", copy} <= places

    repaired = one.run("doctor", "--repair")
    assert repaired.code == 0, repaired.err
    assert repaired.json["well"]
    assert len(repaired.json["repaired"]) >= 4
    assert one.run("doctor").code == 0
    assert one.sync(gateway)["unsent"] == 0
    assert len(one.list()) >= 506
    assert len(there(gateway, key)) == 1


def test_the_doctor_names_what_nobody_can_bring_back(gateway: Gateway, one: Terminal) -> None:
    photo = Path(__file__).parent.parent / "data" / "photos" / "orientation" / "Portrait_1.jpg"
    one.sync(gateway)
    before = set((one.folder / "u").rglob("blob/*/*"))
    key = report(one, photo)
    new = max(set((one.folder / "u").rglob("blob/*/*")) - before, key=lambda p: p.stat().st_size)
    new.unlink()
    for arguments in (("doctor",), ("doctor", "--repair")):
        found = one.run(*arguments)
        assert found.code == 6
        (loss,) = [f for f in found.json["findings"] if f["severity"] == "loss"]
        assert loss["what"] == f"a picture of the unsent report {key} is missing"
        assert "take the photo again" in loss["advice"]


def test_the_doctor_without_a_user_needs_no_password_and_makes_nothing(tmp_path: Path) -> None:
    command = [*PROGRAM, "doctor", "--json", f"--data-dir={tmp_path / 'none'}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout)["well"]
    assert not (tmp_path / "none").exists()
    stranger = Terminal(tmp_path / "none").run("doctor")
    assert stranger.code == 3
    assert not (tmp_path / "none").exists()


def test_the_doctor_asks_for_the_right_password(gateway: Gateway, one: Terminal) -> None:
    one.sync(gateway)
    assert one.run("doctor", password="wrong").code == 4


# --- the organisation's key ------------------------------------------------------------------


def test_a_forgotten_password_is_mended_with_the_key_that_lies_off_line(
    tmp_path: Path, one: Terminal, photo: Path
) -> None:
    gateway = Gateway(tmp_path / "served").start()
    key_file = tmp_path / "key"
    try:
        one.sync(gateway)
    finally:
        gateway.stop()
    key = report(one, photo)
    assert serve(gateway, "recovery-key", "--off-line", str(key_file)).code == 0
    new = "a new password for me"
    recovered = one.run("recover", "--key-file", str(key_file), password=new)
    assert recovered.code == 0, recovered.err
    assert "the gateway keeps its own password" in recovered.out
    assert one.run("list").code == 4
    listed = one.run("list", "--search", "Lamp out", password=new)
    assert [document["_id"] for document in listed.json] == [key]


def test_another_key_or_a_broken_one_opens_nothing(
    gateway: Gateway, one: Terminal, tmp_path: Path
) -> None:
    one.sync(gateway)
    other = Gateway(tmp_path / "other").start()
    other.stop()
    strange, broken = tmp_path / "strange", tmp_path / "broken"
    assert serve(other, "recovery-key", "--off-line", str(strange)).code == 0
    shutil.copy(strange, broken)
    broken.write_text(broken.read_text()[:-10])
    for path, code in ((strange, 6), (broken, 2), (tmp_path / "none", 2)):
        refused = one.run("recover", "--key-file", str(path), password="a new password")
        assert refused.code == code, refused.err
    assert one.run("recover", "--key-file", str(strange), password="").code == 16
    assert one.run("list").code == 0
