"""What every record of the knowledge base shares: frozen, closed to unknown fields, digestible."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints


def is_record_id(text: str) -> bool:
    """Whether a text from outside can be the id of a record at all."""
    return re.fullmatch(_RECORD_ID[1:-1], text) is not None


class Record(BaseModel):
    """A frozen value object. Unknown fields are refused so that a typo in a file is reported."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    def to_json(self) -> dict[str, Any]:
        """JSON-ready fields, empty ones left out (an empty field means: not in the source)."""
        fields: dict[str, Any] = _without_empty(self.model_dump(mode="json"))
        return fields

    def digest(self) -> str:
        """SHA-256 hex of the canonical content; equal content has equal digest on every machine."""
        text = json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _without_empty(inner) for key, inner in value.items()}
        return {key: inner for key, inner in kept.items() if inner not in (None, "", [], {})}
    if isinstance(value, list):
        return [_without_empty(inner) for inner in value]
    return value


def _split(value: Any) -> Any:
    """Accept one string `甲|乙` where a list is expected: spreadsheets hold lists in one cell."""
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split("|") if part.strip())
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""A tuple of names; also read from `甲|乙` or an empty cell."""

_RECORD_ID = r"^[a-z0-9][a-z0-9_.@-]{0,119}$"
RecordId = Annotated[str, StringConstraints(pattern=_RECORD_ID)]
"""A stable key: lower-case ASCII, usable in a URL path."""

RegionCode = Annotated[str, StringConstraints(pattern=r"^(\d{6}|zone-[a-z0-9-]{1,40})$")]
"""A GB/T 2260 code (six digits) or `zone-…` for a group of regions bound by an agreement."""
