"""One concept of the lexicon, and reading them all from this folder's YAML files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from knowledge.errors import KnowledgeError
from knowledge.model.record import Names, Record, RecordId

HERE = Path(__file__).parent


class LexiconInvalid(KnowledgeError):
    """A lexicon file that cannot be used; the message names file and concept."""

    code = "lexicon_invalid"


class Concept(Record):
    """A matter of national government service as people speak of it, whether or not a guide exists.

    `official` are other names offices use; `says` are everyday ways to say exactly this matter;
    `objects`, `events` and `complaints` only hint at it; `not_` are concepts it is taken for.
    """

    id: RecordId
    name: str
    category: str
    official: Names = ()
    says: Names = ()
    objects: Names = ()
    events: Names = ()
    complaints: Names = ()
    not_: tuple[RecordId, ...] = ()
    hotline: str = ""


@cache
def read_concepts(folder: Path = HERE) -> tuple[Concept, ...]:
    """All concepts of a folder, in the order of file names.

    LexiconInvalid for a file that is no lexicon, a field that does not fit, or an id used twice.
    """
    concepts: dict[str, Concept] = {}
    for path in sorted(folder.glob("*.yml")):
        for concept in _read(path):
            if concept.id in concepts:
                raise LexiconInvalid(
                    f"{path.name}: the concept {concept.id} is there twice.",
                    mend="Merge the two, or give one another id.",
                )
            concepts[concept.id] = concept
    return tuple(concepts.values())


def _read(path: Path) -> Iterator[Concept]:
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["concepts"]
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise LexiconInvalid(
            f"{path.name} is no lexicon file: {error}.", mend="It holds one list under the key `concepts`."
        ) from error
    for entry in entries:
        fields = {("not_" if key == "not" else key): value for key, value in entry.items()}
        try:
            yield Concept.model_validate(fields)
        except ValidationError as error:
            problem = error.errors()[0]
            where = ".".join(map(str, problem["loc"]))
            raise LexiconInvalid(
                f"{path.name}: {entry.get('id', '?')}: {where}: {problem['msg']}.", mend="Correct the field."
            ) from None
