"""The operator's notice for the login screen, as it was last: sealed under this device's key.

    <folder>/notices/<blinded origin>    {"words": ...}, sealed

It is kept for the time without a link, when nobody has signed in yet and no store is open. Whose
gateway it is from can be read from neither the name nor the content. One that cannot be kept, or
read, is none: nothing depends on it.
"""

from contextlib import suppress
from pathlib import Path
from typing import Final

from civictui.codec import BadJson, decode_object, encode
from civictui.domain.errors import StoreError
from civictui.storage.device import Device
from civictui.storage.envelope import derive, open_sealed, seal
from civictui.storage.files import disk_errors, make_private_directory, read_private, write_durably

_SIZE: Final = 16 * 1024
"""Bytes of each file before it is sealed: the length of a notice cannot be read, either."""


class Notices:
    """Those of the gateways that this device has asked."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._folder = device.folder / "notices"

    def keep(self, origin: str, words: str) -> None:
        """In place of the last one of this gateway; "" takes it away."""
        with suppress(StoreError):
            if words == self.kept(origin):
                return
            path = self._path(origin)
            if not words:
                with disk_errors("The notice"):
                    path.unlink(missing_ok=True)
                return
            content = encode({"words": words}).ljust(_SIZE)
            if len(content) > _SIZE:
                return
            make_private_directory(self._folder)
            write_durably(path, seal(self._key, content, path.name.encode()))

    def kept(self, origin: str) -> str:
        try:
            path = self._path(origin)
            sealed = read_private(path)
            words = decode_object(open_sealed(self._key, sealed, path.name.encode())).get("words")
        except (FileNotFoundError, StoreError, BadJson):
            return ""
        return words if isinstance(words, str) else ""

    def _path(self, origin: str) -> Path:
        return self._folder / self._device.blinded("notice", origin)

    @property
    def _key(self) -> bytes:
        return derive(self._device.key, b"", b"civictui/notice/v1")
