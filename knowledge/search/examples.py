"""Training examples made from the names of items: no question anyone asked is needed.

Pure: names, keywords, synonyms, frames and a seeded generator in, (question, name) pairs out.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

import yaml

from knowledge.search.names import Name, NameKind
from knowledge.search.needle import needle_of
from knowledge.search.pinyin import Sounds
from knowledge.search.synonyms import Synonyms

HELD_OUT_PERCENT = 15
_TYPO_RATE = 0.15
_DROP_RATE = 0.2
_SYNONYM_RATE = 0.5
_KEYWORD_RATE = 0.4
_BEFORE_RATE = 0.4
_AFTER_RATE = 0.3


def is_held_out(name: Name) -> bool:
    """Whether an alias is kept from training, so that the decision can be fitted on unseen wording."""
    fate = hashlib.sha256(f"{name.item_id}\t{name.folded}".encode()).digest()[0]
    return name.kind is NameKind.ALIAS and fate * 100 < HELD_OUT_PERCENT * 256


@dataclass(frozen=True)
class Frames:
    """Ways to ask (`{}` stands for the matter), and what people tell before and after."""

    frames: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]

    def put(self, said: str, random: Random) -> str:
        """A matter's name asked for in one of the ways."""
        asked = random.choice(self.frames).format(said)
        before = random.choice(self.before) if random.random() < _BEFORE_RATE else ""
        after = random.choice(self.after) if random.random() < _AFTER_RATE else ""
        return before + asked + after


@cache
def common_frames() -> Frames:
    """The frames of content/frames.yml."""
    text = files("knowledge.search").joinpath("content/frames.yml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    return Frames(tuple(data["frames"]), tuple(data["before"]), tuple(data["after"]))


class Misspeller:
    """Makes homophone typos: a character is replaced by another of the same sound."""

    def __init__(self, sounds: Sounds, characters: set[str]) -> None:
        alike: defaultdict[str, list[str]] = defaultdict(list)
        for char in sorted(characters):
            if (sound := sounds.table.get(char)) is not None:
                alike[sound].append(char)
        self._alike = {
            char: [other for other in group if other != char] for group in alike.values() for char in group
        }

    def misspell(self, text: str, count: int, random: Random) -> str:
        """`text` with up to `count` characters replaced."""
        chars = list(text)
        for place in random.sample(range(len(chars)), k=len(chars)):
            if count and (others := self._alike.get(chars[place])):
                chars[place] = random.choice(others)
                count -= 1
        return "".join(chars)


@dataclass(frozen=True)
class ExampleMaker:
    """Makes questions about items. `names` and `keywords` are by item; held-out aliases are left out."""

    names: Mapping[str, Sequence[str]]
    keywords: Mapping[str, Sequence[str]]
    everyday: Mapping[str, Sequence[str]]
    frames: Frames
    misspeller: Misspeller

    @classmethod
    def of(
        cls, names: Sequence[Name], keywords: Mapping[str, Sequence[str]], synonyms: Synonyms, sounds: Sounds
    ) -> ExampleMaker:
        by_item: defaultdict[str, list[str]] = defaultdict(list)
        for name in names:
            if not is_held_out(name):
                by_item[name.item_id].append(name.folded.replace(" ", ""))
        everyday: defaultdict[str, list[str]] = defaultdict(list)
        for word, terms in synonyms.words.items():
            for term in terms:
                everyday[term].append(word)
        characters = {char for name in names for char in name.folded}
        return cls(by_item, keywords, everyday, common_frames(), Misspeller(sounds, characters))

    def batches(self, size: int, count: int, random: Random) -> Iterator[list[tuple[str, str]]]:
        """`count` batches of (question, name) pairs; no item occurs twice in one batch."""
        items = list(self.names)
        order: list[str] = []
        for _ in range(count):
            if len(order) < min(size, len(items)):
                order = random.sample(items, k=len(items))
            chosen, order = order[:size], order[size:]
            yield [self.pair(item_id, random) for item_id in chosen]

    def pair(self, item_id: str, random: Random) -> tuple[str, str]:
        """A question about an item and one of the item's names, its title in half the cases."""
        names = self.names[item_id]
        return self.question(item_id, random), names[0] if random.random() < 0.5 else random.choice(names)

    def question(self, item_id: str, random: Random) -> str:
        """A name of the item in everyday words, asked for in some way, as it reaches the search."""
        keywords = self.keywords.get(item_id, ())
        said = random.choice(self.names[item_id])
        if keywords and random.random() < _KEYWORD_RATE:
            said = random.choice(keywords)
        said = self._everyday(said, random)
        if len(said) > 4 and random.random() < _DROP_RATE:
            cut = random.randrange(1, len(said) - 1)
            said = said[:cut] + said[cut + random.choice((1, 1, 2)) :]
        if random.random() < _TYPO_RATE:
            said = self.misspeller.misspell(said, 1, random)
        return needle_of(self.frames.put(said, random)) or said

    def _everyday(self, text: str, random: Random) -> str:
        for term, words in self.everyday.items():
            if term in text and random.random() < _SYNONYM_RATE:
                return text.replace(term, random.choice(words), 1)
        return text
