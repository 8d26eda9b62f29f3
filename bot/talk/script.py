"""A conversation as its author writes it: what the citizen says, and what must come back.

```yaml
- name: 补领身份证
  turns:
    - says: 身份证丢了去哪补办
      expects: {outcome: answered, guide: 居民身份证补领, contains: [户籍地], lacks: [换领]}
    - says: 那要带什么
      expects: {aspect: materials}
```
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from bot.channels.message import Outcome
from knowledge.aspects import Aspect

NONE = "-"
"""Written where nothing must come back: `guide: "-"`, `regions: {here: "-"}`."""


def _known_aspect(word: str) -> str:
    known = [aspect.value for aspect in Aspect]
    if word != NONE and word not in known:
        raise ValueError(f"“{word}” is no aspect; it is one of {', '.join(known)}, or {NONE} for none")
    return word


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else (value,)


_OneOf = BeforeValidator(_listed)
"""One word stands for a list of one."""


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ExpectedRegions(_Written):
    """Code or name of the region a person is in and of the one that owns the matter; `-` for none."""

    here: str | None = None
    owner: str | None = None


class Expectation(_Written):
    """What one reply must be. A field that is not written is not looked at.

    `outcome`, `aspect` and `guide` may list several words, any of which will do. A guide is named by its
    title, its id or its item's id. `options` are titles that must be offered.
    """

    outcome: Annotated[tuple[Outcome, ...], _OneOf] = ()
    aspect: Annotated[tuple[Annotated[str, AfterValidator(_known_aspect)], ...], _OneOf] = ()
    guide: Annotated[tuple[str, ...], _OneOf] = ()
    contains: Annotated[tuple[str, ...], _OneOf] = ()
    lacks: Annotated[tuple[str, ...], _OneOf] = ()
    options: Annotated[tuple[str, ...], _OneOf] = ()
    regions: ExpectedRegions = ExpectedRegions()


class Turn(_Written):
    """One message of the citizen; without `expects` any reply will do."""

    says: str
    expects: Expectation = Expectation()


class Script(_Written):
    """One conversation of a file."""

    name: str = Field(min_length=1)
    turns: tuple[Turn, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation with the place it was read from."""

    file: str
    line: int
    name: str
    turns: tuple[Turn, ...]
