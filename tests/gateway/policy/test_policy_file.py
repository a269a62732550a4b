"""The sealed file of the policy, and the signature under what somebody is told."""

from dataclasses import replace

import pytest

from civictui.domain.errors import StoreDamaged
from civictui.domain.model import Policy
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.journal import LOGGER
from civictui.gateway.policy import PolicyFile, PolicySigner, Rules
from civictui.gateway.policy.signed import text_of
from civictui.gateway.sealed import SealedFile
from civictui.gateway.signing import SigningKey
from civictui.gateway.viewer import Viewer
from civictui.signed_policy import policy_in, read_signed
from civictui.storage.envelope import DeviceSigner

RULES = Rules(message="Come to the depot.", minimum_version="0.2.0")
DEMO = Viewer("demo", frozenset({"technician"}))


def test_without_a_file_the_usual_is_in_force(folder: GatewayFolder) -> None:
    assert PolicyFile(folder).current() == Rules()
    assert not (folder.path / "policy").exists()


def test_another_process_puts_one_in_force(folder: GatewayFolder) -> None:
    served, command_line = PolicyFile(folder), PolicyFile(folder)
    assert served.current() == Rules()
    with command_line.alone():
        command_line.put(RULES)
    assert served.current() == RULES
    assert served.current() is served.current()
    assert b"depot" not in (folder.path / "policy").read_bytes()
    (folder.path / "policy").unlink()
    assert served.current() == Rules()


def test_a_damaged_file_is_not_taken_for_none(folder: GatewayFolder) -> None:
    file = PolicyFile(folder)
    file.put(RULES)
    path = folder.path / "policy"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(StoreDamaged, match="is damaged"):
        file.current()


def test_one_that_is_damaged_while_it_is_served_leaves_the_one_before_in_force(
    folder: GatewayFolder, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LOGGER, "propagate", True)  # a gateway that was served has ended that
    file = PolicyFile(folder)
    file.put(RULES)
    assert file.current() == RULES
    path = folder.path / "policy"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    for _ in range(3):
        assert file.current() == RULES
    assert [record.getMessage() for record in caplog.records] == [
        "policy cannot be read; what it said before holds on"
    ]
    PolicyFile(folder).put(Rules())
    assert file.current() == Rules()


@pytest.mark.parametrize("document", [{}, {"v": 2, "rules": {}}, {"v": 1}, {"v": 1, "rules": {}}])
def test_a_file_of_another_version_is_not_guessed_at(
    folder: GatewayFolder, document: dict[str, object]
) -> None:
    purpose = b"civictui/gateway/policy/v1"
    SealedFile(folder.path / "policy", folder.key("policy"), purpose).write(document)
    with pytest.raises(StoreDamaged, match="not of a version"):
        PolicyFile(folder).current()


def test_a_client_verifies_what_was_signed(folder: GatewayFolder) -> None:
    key = SigningKey.of(folder)
    signed = PolicySigner(key).signed(RULES.told(DEMO, "t1", False, folder.id))
    said = {"text": signed.text, "signature": signed.signature}
    whose = {"gateway": folder.id, "user": "demo", "device": "t1"}
    read = read_signed(said, key=key.public_key, whose=whose, signer=DeviceSigner())
    assert read == signed
    assert policy_in(said) == Policy.from_doc(RULES.told(DEMO, "t1", False, folder.id))
    for name in whose:
        other = {**whose, name: "other"}
        assert not read_signed(said, key=key.public_key, whose=other, signer=DeviceSigner())
    forged = {**said, "text": signed.text.replace("depot", "beach")}
    assert not read_signed(forged, key=key.public_key, whose=whose, signer=DeviceSigner())


def test_the_text_is_spelled_one_way_and_signed_once(
    folder: GatewayFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = RULES.told(DEMO, "t1", False, folder.id)
    assert text_of(dict(reversed(told.items()))) == text_of(told)
    key = SigningKey.of(folder)
    signer = PolicySigner(key)
    first = signer.signed(told)
    monkeypatch.delattr(SigningKey, "sign")
    assert signer.signed(told) == first
    with pytest.raises(AttributeError):
        signer.signed(replace(RULES, message="new").told(DEMO, "t1", False, folder.id))
