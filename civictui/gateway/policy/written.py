"""The policy in force as the TOML that an operator can edit and put in force again."""

import json
from typing import Final

from civictui.domain.errors import UsageError
from civictui.domain.model.policy import FEATURES, MOST_OFFLINE_DAYS, MOST_WORDS
from civictui.gateway.area import Area
from civictui.gateway.policy.limits import BOUNDS
from civictui.gateway.policy.rules import FeatureRule, Rules
from civictui.gateway.viewer import ROLES

_HEAD: Final = """\
# What this gateway asks of terminals. Edit it, then: civictui serve policy FILE
# Whatever is left out has the value that it has without a policy. docs/policy.md says more.
"""
_COMMENTS: Final = {
    "message": f"A notice for everybody, also before the sign-in; up to {MOST_WORDS} characters.",
    "minimum_version": 'Versions before this one may only deliver what is queued; "" is none.',
    "disabled_versions": "And so may these.",
    "disabled_message": "What those are told, and disabled terminals: whom to ask, where to go.",
    "offline_days": (
        f"How many days a terminal opens without having heard from here, up to "
        f"{MOST_OFFLINE_DAYS}; 0 is no limit."
    ),
    "client_logs": "Whether logs are taken from terminals whose users want to send them.",
    "photo_bytes": "What a photo is shrunk to before it is sent",
    "thumbnail_bytes": "The same for its thumbnail",
    "accuracy_meters": "A position that is less accurate is marked",
}
_RULES: Final = f"""\
# What is switched off, or on. The first rule that fits a user decides a feature; what no rule
# decides is on. A rule without roles is for all of them, one without an area for everywhere. One
# with an area is for users whose own area has ground in common with it: [west, south, east, north],
# or the path of a GeoJSON file.
# Features: {", ".join(FEATURES)}.
# Roles: {", ".join(ROLES)}.
"""
_EXAMPLE: Final = """\
#
# [[feature]]
# names = ["copy", "export"]
# on = false
# roles = ["technician"]
"""


def to_toml(rules: Rules) -> str:
    """With a comment on each member; read again it is the same policy."""
    doc = rules.to_doc()
    members = (f"# {_comment(name)}\n{name} = {_value(doc[name])}\n" for name in _COMMENTS)
    features = "".join(f"\n{_rule(rule)}" for rule in rules.features)
    return "\n".join([_HEAD, *members, _RULES]) + (features or _EXAMPLE)


def _comment(name: str) -> str:
    words = _COMMENTS[name]
    if words.endswith("."):
        return words
    least, most = BOUNDS[name]
    return f"{words}; {least} to {most}."


def _rule(rule: FeatureRule) -> str:
    lines = ["[[feature]]", f"names = {_value(list(rule.names))}", f"on = {_value(rule.on)}"]
    if rule.roles:
        lines.append(f"roles = {_value(sorted(rule.roles))}")
    if rule.area:
        lines.append(f"area = {_area(rule.area)}")
    return "\n".join(lines) + "\n"


def _area(area: Area) -> str:
    """As the corners of a box where it is one, else as GeoJSON."""
    ring = area.polygons[0][0]
    (west, south), (east, north) = ring[0], ring[2]
    try:
        if Area.box(west, south, east, north) == area:
            return _value([west, south, east, north])
    except UsageError:
        pass  # its corners go round another way
    shape = area.to_geojson()
    return f"{{type = {_value(shape['type'])}, coordinates = {_value(shape['coordinates'])}}}"


def _value(value: object) -> str:
    """A value in TOML: a text of several lines over several lines, the rest as in JSON."""
    if isinstance(value, str) and "\n" in value:
        import tomlkit

        return f'"""\n{tomlkit.string(value, multiline=True).as_string()[3:]}'
    return json.dumps(value, ensure_ascii=False)
