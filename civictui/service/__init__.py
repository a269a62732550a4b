"""What a person can do, without screens, files or sockets; knows no Textual, TinyDB or httpx."""

from civictui.service.civic import CivicService, new_draft
from civictui.service.working import Announcer

__all__ = ["Announcer", "CivicService", "new_draft"]
