"""A policy as it is in force, and what a given user on a given device is told of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from civictui.domain.model import Doc
from civictui.domain.model.policy import FEATURES, is_barred
from civictui.gateway.area import Area
from civictui.gateway.policy.limits import DOCUMENT_BYTES, OBJECT_BYTES
from civictui.gateway.policy.overlap import overlap
from civictui.gateway.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureRule:
    """Whether features are on for those whom the rule fits."""

    names: tuple[str, ...]
    """Of FEATURES."""
    on: bool
    roles: frozenset[str] = frozenset()
    """Whoever has one of them; empty is everybody."""
    area: Area | None = None
    """Whoever works in a part of it; None is everybody, those without an area included."""

    def fits(self, viewer: Viewer) -> bool:
        if self.roles and self.roles.isdisjoint(viewer.roles):
            return False
        if self.area is None:
            return True
        return viewer.area is not None and overlap(self.area, viewer.area)

    def to_doc(self) -> Doc:
        doc: Doc = {"names": list(self.names), "on": self.on}
        roles = {"roles": sorted(self.roles)} if self.roles else {}
        return doc | roles | ({"area": self.area.to_geojson()} if self.area else {})

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self:
        area = doc.get("area")
        return cls(
            names=tuple(doc["names"]),
            on=doc["on"] is True,
            roles=frozenset(doc.get("roles", ())),
            area=Area.from_geojson(area) if area else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the operator wrote; without a policy these defaults are in force."""

    message: str = ""
    """The notice, also for those who have not signed in."""
    minimum_version: str = ""
    """Versions below it are barred; "" bars none."""
    disabled_versions: tuple[str, ...] = ()
    disabled_message: str = ""
    """What is said to whoever is barred."""
    offline_days: int = 0
    """How long a terminal opens without having heard from here; 0 is for ever."""
    client_logs: bool = False
    photo_bytes: int = 400_000
    """What a photo is shrunk to before it is sent. Advice: larger ones are taken as well."""
    thumbnail_bytes: int = 8_000
    accuracy_meters: int = 50
    """A receiver's fix that is less accurate is marked."""
    features: tuple[FeatureRule, ...] = ()
    """The first one that fits a user decides a feature; what none decides is on."""

    def bars(self, version: str) -> bool:
        """Whether this version of the program may only deliver; "", which names none, may work."""
        return is_barred(version, self.minimum_version, self.disabled_versions)

    def told(self, viewer: Viewer, device_id: str, device_disabled: bool, gateway_id: str) -> Doc:
        """The policy for this user on this device ("" for a script), as its signed text has it."""
        return {
            "gateway": gateway_id,
            "user": viewer.user,
            "device": device_id,
            "message": self.message,
            "minimum_version": self.minimum_version,
            "disabled_versions": list(self.disabled_versions),
            "disabled": device_disabled,
            "disabled_message": self.disabled_message,
            "features": {name: False for name in FEATURES if not self.is_on(name, viewer)},
            "offline_days": self.offline_days,
            "client_logs": self.client_logs,
            "photo_bytes": self.photo_bytes,
            "thumbnail_bytes": self.thumbnail_bytes,
            "accuracy_meters": self.accuracy_meters,
            "object_bytes": OBJECT_BYTES,
            "document_bytes": DOCUMENT_BYTES,
        }

    def is_on(self, feature: str, viewer: Viewer) -> bool:
        """Whether this user may use a feature."""
        said = (rule.on for rule in self.features if feature in rule.names and rule.fits(viewer))
        return next(said, True)

    def to_doc(self) -> Doc:
        """As it is sealed, and printed as JSON."""
        return {
            "message": self.message,
            "minimum_version": self.minimum_version,
            "disabled_versions": list(self.disabled_versions),
            "disabled_message": self.disabled_message,
            "offline_days": self.offline_days,
            "client_logs": self.client_logs,
            "photo_bytes": self.photo_bytes,
            "thumbnail_bytes": self.thumbnail_bytes,
            "accuracy_meters": self.accuracy_meters,
            "feature": [rule.to_doc() for rule in self.features],
        }

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self:
        """What `to_doc` made. Raises KeyError, TypeError, AttributeError, UsageError for others."""
        plain = {name: value for name, value in doc.items() if name != "feature"}
        return cls(
            **plain
            | {
                "disabled_versions": tuple(doc["disabled_versions"]),
                "features": tuple(FeatureRule.from_doc(rule) for rule in doc["feature"]),
            }
        )


NO_RULES = Rules()
"""What is in force where the operator wrote nothing."""
