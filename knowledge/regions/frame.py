"""A frame: one way to say what a place is to the person, as a pattern over a marked text.

In a marked text every place name has become one PLACE character. Named groups of a pattern say what
survives when the place is cut out of the text: `keep…` always stays (公积金, 受伤: words of the
matter); `drop…` goes when the clause ends with the frame (社保在昌邑，…); `verb` stays when something
was moved (公司从X搬到Y) and goes when only the person was; everything else goes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from knowledge.model import OwnerRole
from knowledge.regions.phrases import (
    AGREED,
    AWAY,
    NOT_OFFICE,
    NOW,
    PAID,
    PLACE,
    SAID_AFTER,
    SAID_BEFORE,
    TAIL,
    WHO,
)

Here = Literal["here"]
Origin = Literal["origin"]
Role = OwnerRole | Here | Origin


class Strength(StrEnum):
    """How sure a frame is, where two places claim the same role."""

    LIVES = "lives"
    WORKS = "works"
    STATED = "stated"
    MOVES = "moves"
    """The place is where something or someone is moved to."""
    FOUNDS = "founds"
    """A business is to be opened there, wherever the present one is."""
    ASKED = "asked"
    """The place is asked about (在日照能办吗), the person need not be there."""
    HINT = "hint"
    """老家, X人: suggests a 户籍, does not say it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One way to say what a place is."""

    roles: tuple[Role, ...]
    """One role for each PLACE of the pattern, in order; more roles than places: one place has them all."""
    pattern: re.Pattern[str]
    strength: Strength = Strength.STATED
    needs: frozenset[str] = frozenset()
    """A text without any of these characters cannot match; empty when the frame has no such mark."""

    @property
    def is_move(self) -> bool:
        """Whether the pattern holds two places, from and to."""
        return self.roles == ("origin", "here")


_NEEDS: dict[Role, str] = {
    OwnerRole.FUND: "公缴",
    OwnerRole.INSURED: "保养失新五",
    OwnerRole.BUSINESS: "公企店执厂户社铺馆超注经登饭",
    OwnerRole.PROPERTY: "房楼不",
    OwnerRole.VEHICLE: "车牌行号照",
    OwnerRole.LICENCE: "驾证照",
    OwnerRole.HUKOU: "户籍老身人",
    OwnerRole.LOAN: "贷",
    OwnerRole.BENEFIT: "待退养",
    OwnerRole.INJURY: "伤事",
    OwnerRole.SCHOOL: "学书读",
    OwnerRole.EVENT: "生分工项",
    OwnerRole.RESIDENCE: "居",
    OwnerRole.EMPLOYER: "单板",
}


def frames_for(
    roles: Role | tuple[Role, ...],
    *patterns: str,
    strength: Strength = Strength.STATED,
    needs: str = "",
) -> tuple[Frame, ...]:
    """One frame for each pattern; P stands for a place, `{n}` numbers the groups of a noun.

    `needs` are characters of which every match has one; an owner role has its own.
    """
    several = roles if isinstance(roles, tuple) else (roles,)
    marks = frozenset(needs or _NEEDS.get(several[0], ""))
    return tuple(Frame(several, _compile(pattern), strength, marks) for pattern in patterns)


def _compile(pattern: str) -> re.Pattern[str]:
    parts = pattern.split("{n}")
    numbered = "".join(f"{part}{n}" for n, part in enumerate(parts[:-1])) + parts[-1]
    return re.compile(re.sub(r"(?<![A-Za-z])P(?![A-Za-z<])", PLACE, numbered))


def said_of(role: OwnerRole, noun: str, *extra: str, paid: str = PAID, then: str = "") -> tuple[Frame, ...]:
    """The ways a possession is tied to a place: 社保在X交的, X的社保, X社保, and extra ones.

    `then` is what must follow the first of them: a paper said to be 在X may only be wanted there.
    """
    return frames_for(
        role,
        rf"{SAID_AFTER}{WHO}{noun}{NOT_OFFICE}{NOW}{AGREED}{NOW}{AWAY}P{TAIL}{paid}{then}",
        rf"(?:在|是|(?<![去到往回]))P{TAIL}的{noun}{NOT_OFFICE}",
        rf"{SAID_BEFORE}P{noun}{NOT_OFFICE}",
        *extra,
    )
