"""Names of regions in a table → codes. The exact name, a known alias or a path (山东省青岛市市南区)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from knowledge.importers.cells import Unreadable, code
from knowledge.model import Region

_MAX_NAME = 60


class RegionNames:
    """Resolves what a table calls a region, among the regions known to the import."""

    def __init__(self, regions: Iterable[Region]) -> None:
        self._regions = {region.code: region for region in regions}
        self._codes: dict[str, set[str]] = {}
        self._seen: dict[str, set[str]] = {}
        for region in self._regions.values():
            for name in (region.name, *region.aliases):
                self._codes.setdefault(_plain(name), set()).add(region.code)

    def read(self, text: str) -> str:
        """The code of one region; Unreadable when the name is unknown or means several places."""
        word = code(text).lower()
        number = re.fullmatch(r"(\d{6})(\d{3}|\d{6})?(\.0)?", word)
        if number and set(number[2] or "") <= {"0"}:
            return number[1]
        if word in ("0", "全国"):
            return "000000"
        if re.fullmatch(r"zone-[a-z0-9-]+", word):
            return word
        if re.fullmatch(r"\d+", word):
            raise Unreadable("a region code of six digits, or a region's name")
        found = self._of_path(_plain(text)) if len(text) <= _MAX_NAME else set()
        if not found:
            raise Unreadable("a region that is known", "give the six-digit code, or import its region first")
        if len(found) > 1:
            places = "、".join(f"{each} {self._path(each)}" for each in sorted(found))
            raise Unreadable("one region", f"the name means several: {places}; give the code")
        return next(iter(found))

    def name(self, region_code: str) -> str:
        """The name of a region by its code, or nothing."""
        region = self._regions.get(region_code)
        return region.name if region else ""

    def same_name(self, region_code: str, text: str) -> bool:
        """Whether a name may stand beside this code: it means this region or none that is known."""
        found = self._of_path(_plain(text)) if len(text) <= _MAX_NAME else set()
        return not found or region_code in found

    def _of_path(self, text: str) -> set[str]:
        if text not in self._seen:
            self._seen[text] = self._find(text)
        return self._seen[text]

    def _find(self, text: str) -> set[str]:
        found = set(self._codes.get(text, ()))
        for cut in range(2, len(text) - 1):
            tails = self._codes.get(text[cut:])
            if not tails:
                continue
            heads = self._of_path(text[:cut])
            found |= {tail for tail in tails if heads & set(self._ancestors(tail))}
        return found

    def _ancestors(self, region_code: str) -> list[str]:
        line: list[str] = []
        region = self._regions.get(region_code)
        while region and region.parent_code and region.parent_code not in line:
            line.append(region.parent_code)
            region = self._regions.get(region.parent_code)
        return line

    def _path(self, region_code: str) -> str:
        above = [self._regions[each].name for each in self._ancestors(region_code) if each in self._regions]
        return "".join(reversed([self.name(region_code), *(name for name in above if name != "全国")]))


def _plain(name: str) -> str:
    return re.sub(r"[\s/\\>·\-—,，]+", "", name)
