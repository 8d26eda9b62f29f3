"""Every handling scope against every relation of the two regions, expectations written by hand.

A cell lists the options, best first: `scope@here` is allowed by the scope and done where the person
is, `own@owner` is the guide's own window in the owner region, `same` when that is one place, `-` no
place can be named, `?here+owner` what would have to be known.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from knowledge.model import Channel, HandleArea, HandleMode, HandleScope, OwnerRole
from tests.unit.knowledge.where_samples import HERE, JIAODONG, OWNER, guide, options, scope, written

A, M = HandleArea, HandleMode

SCOPES: dict[str, HandleScope | None] = {
    "no scope": None,
    "nationwide, any window": scope(A.NATIONWIDE, M.ANY_WINDOW),
    "nationwide, collected": scope(A.NATIONWIDE, M.COLLECT),
    "cross-province list": scope(A.CROSS_PROVINCE, M.COLLECT),
    "cross-province list, way not said": scope(A.CROSS_PROVINCE),
    "cross-province between named provinces": scope(A.CROSS_PROVINCE, M.JOINT, "370000", "320000"),
    "province, any window": scope(A.PROVINCE, M.ANY_WINDOW),
    "province, joint": scope(A.PROVINCE, M.JOINT),
    "cluster, nearby check": scope(A.CLUSTER, M.NEARBY_CHECK, *JIAODONG),
    "cluster, any window": scope(A.CLUSTER, M.ANY_WINDOW, *JIAODONG),
    "cluster, online": scope(A.CLUSTER, M.ONLINE, *JIAODONG),
    "agreement of two counties": scope(A.AGREEMENT, M.AGENT, OWNER, HERE["province"]),
    "agreement of others": scope(A.AGREEMENT, M.AGENT, "370100", "370600"),
    "city, any window": scope(A.CITY, M.ANY_WINDOW),
    "district only": scope(A.DISTRICT),
    "nationwide, online": scope(A.NATIONWIDE, M.ONLINE),
}

BOTH = "scope@here, own@owner"
ASK_HERE = "own@owner, scope@-?here"
ASK_OWNER = "own@-?owner, scope@here?owner"
ASK_BOTH = "own@-?owner, scope@-?here+owner"

# scope: same district | same city | cluster | province | other province | here? | owner? | both?
TABLE: dict[str, tuple[str, str, str, str, str, str, str, str]] = {
    "no scope": (
        "own@same", "own@owner", "own@owner", "own@owner", "own@owner", "own@owner", "own@-?owner", "own@-?owner",
    ),
    "nationwide, any window": (
        "scope@same", "scope@here", "scope@here", "scope@here", "scope@here", "scope@-", "scope@here", "scope@-",
    ),
    "nationwide, collected": ("own@same", BOTH, BOTH, BOTH, BOTH, ASK_HERE, ASK_OWNER, ASK_BOTH),
    "cross-province list": ("own@same", BOTH, BOTH, BOTH, BOTH, ASK_HERE, ASK_OWNER, ASK_BOTH),
    "cross-province list, way not said": ("own@same", BOTH, BOTH, BOTH, BOTH, ASK_HERE, ASK_OWNER, ASK_BOTH),
    "cross-province between named provinces": ("own@same", BOTH, BOTH, BOTH, BOTH, ASK_HERE, ASK_OWNER, ASK_BOTH),
    "province, any window": ("scope@same", BOTH, BOTH, BOTH, "own@owner", ASK_HERE, ASK_OWNER, ASK_BOTH),
    "province, joint": ("own@same", BOTH, BOTH, BOTH, "own@owner", ASK_HERE, ASK_OWNER, ASK_BOTH),
    "cluster, nearby check": (
        "own@same", "own@owner", BOTH, "own@owner", "own@owner", ASK_HERE, ASK_OWNER, ASK_BOTH,
    ),
    "cluster, any window": (
        "own@same", "own@owner", BOTH, "own@owner", "own@owner", ASK_HERE, ASK_OWNER, ASK_BOTH,
    ),
    "cluster, online": (
        "own@same", "own@owner", "scope@-, own@owner", "own@owner", "own@owner",
        ASK_HERE, "own@-?owner, scope@-?owner", ASK_BOTH,
    ),
    "agreement of two counties": (
        "own@same", "own@owner", "own@owner", BOTH, "own@owner", ASK_HERE, ASK_OWNER, ASK_BOTH,
    ),
    "agreement of others": (
        "own@same", "own@owner", "own@owner", "own@owner", "own@owner", "own@owner", "own@-?owner", ASK_BOTH,
    ),
    "city, any window": (
        "scope@same", BOTH, "own@owner", "own@owner", "own@owner", ASK_HERE, ASK_OWNER, ASK_BOTH,
    ),
    "district only": (
        "scope@same", "scope@owner", "scope@owner", "scope@owner", "scope@owner", "scope@owner",
        "scope@-?owner", "scope@-?owner",
    ),
    "nationwide, online": (
        "scope@-, own@same", "scope@-, own@owner", "scope@-, own@owner", "scope@-, own@owner",
        "scope@-, own@owner", "scope@-, own@owner", "scope@-, own@-?owner", "scope@-, own@-?owner",
    ),
}  # fmt: skip


def _people() -> dict[str, tuple[str | None, str | None]]:
    known: dict[str, tuple[str | None, str | None]] = {name: (here, OWNER) for name, here in HERE.items()}
    return known | {
        "here unknown": (None, OWNER),
        "owner unknown": (OWNER, None),
        "both unknown": (None, None),
    }


def _cells() -> Iterator[object]:
    for name, row in TABLE.items():
        for (relation, (here, owner)), expected in zip(_people().items(), row, strict=True):
            yield pytest.param(name, here, owner, expected, id=f"{name} × {relation}")


def test_the_table_names_every_scope() -> None:
    assert TABLE.keys() == SCOPES.keys()
    assert {one.handle_area for one in SCOPES.values() if one} == set(HandleArea)
    assert {one.handle_area_mode for one in SCOPES.values() if one} == {None, *HandleMode}


@pytest.mark.parametrize(("name", "here", "owner", "expected"), list(_cells()))
def test_owned_matter(name: str, here: str | None, owner: str | None, expected: str) -> None:
    one = SCOPES[name]
    found = options(guide(*([one] if one else [])), here, owner)
    assert written(found, here, owner) == expected


# The same, for a matter that no region owns: only where the person is counts.
UNOWNED: dict[str, dict[str, str]] = {
    "no scope": {"same district": "own@here", "other province": "own@here", "here unknown": "own@-?here"},
    "nationwide, any window": {"other province": "scope@here", "here unknown": "scope@-"},
    "province, any window": {"province": "scope@here, own@here", "here unknown": "own@-?here, scope@-?here"},
    "cluster, nearby check": {"cluster": "scope@here, own@here", "province": "own@here"},
    "city, any window": {"same city": "scope@here, own@here"},
    "district only": {"same city": "scope@here", "here unknown": "scope@-?here"},
}


@pytest.mark.parametrize(
    ("name", "relation", "expected"),
    [(name, relation, expected) for name, row in UNOWNED.items() for relation, expected in row.items()],
)
def test_unowned_matter_never_asks_for_an_owner(name: str, relation: str, expected: str) -> None:
    here, _ = _people()[relation]
    one = SCOPES[name]
    the_guide = guide(*([one] if one else []))
    found = options(the_guide, here, None, role=OwnerRole.ANY)
    assert written(found, here, None) == expected
    assert found == options(the_guide, here, OWNER, role=OwnerRole.ANY)


# Regions known only as a whole city or province.
WIDE = [
    ("city, any window", "370200", OWNER, "scope@here, own@owner"),
    ("city, any window", OWNER, "370200", "scope@here"),
    ("city, any window", "370000", OWNER, "own@owner, scope@here?here"),
    ("city, any window", "370000", "370700", "own@owner, scope@here?here"),
    ("province, any window", "370000", OWNER, "scope@here, own@owner"),
    ("cluster, nearby check", "370000", OWNER, "own@owner, scope@here?here"),
    ("cluster, nearby check", "370000", "371424", "own@owner"),
    ("cluster, nearby check", OWNER, "370700", "scope@here, own@owner"),
    ("district only", OWNER, "370200", "scope@owner?owner"),
    ("no scope", OWNER, "000000", "own@-?owner"),
]


@pytest.mark.parametrize(("name", "here", "owner", "expected"), WIDE)
def test_a_wide_region_leaves_open_what_it_does_not_say(
    name: str, here: str, owner: str, expected: str
) -> None:
    one = SCOPES[name]
    found = options(guide(*([one] if one else [])), here, owner)
    assert written(found, here, owner) == expected


def test_channel_follows_the_mode_and_else_the_guide() -> None:
    channels = {
        M.ONLINE: Channel.ONLINE, M.COLLECT: Channel.WINDOW, M.JOINT: Channel.WINDOW,
        M.ANY_WINDOW: Channel.WINDOW, M.NEARBY_CHECK: Channel.WINDOW, M.AGENT: Channel.AGENT,
    }  # fmt: skip
    for mode, channel in channels.items():
        found = options(guide(scope(A.CROSS_PROVINCE, mode)), HERE["cluster"], OWNER)
        assert [(o.channel, o.mode) for o in found if o.scope] == [(channel, mode)]
    not_said = guide(scope(A.CROSS_PROVINCE), handle_type=(), where_explain="")
    assert [o.channel for o in options(not_said, HERE["cluster"], OWNER)] == [None]
