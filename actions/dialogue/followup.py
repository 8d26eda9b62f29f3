"""Questions that only make sense about the matter at hand, although they contain nouns of their own."""

from __future__ import annotations

import re

_ABOUT_MATERIALS = re.compile(
    r"^(?:那|那么|还|我|是不是|得|也|都|另外|，|,)*"
    r"(?:要不要|用不用|需不需要|带不带|要|带|用|拿|需要|准备)(?:带|拿|准备|提供|交)?"
    r"[^，。？?]{1,8}(?:吗|么|嘛|不|啊|呀)?[？?。]?$"
)


def asks_about_a_document(text: str) -> bool:
    """「还要户口本吗」「要带照片不」: a question on the materials of the current matter."""
    return bool(_ABOUT_MATERIALS.match(text.strip()))
