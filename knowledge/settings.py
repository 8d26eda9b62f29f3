"""Settings of the knowledge package, read once from the environment and checked at start.

`BANGBAN_TORCH_THREADS=2` sets `torch_threads`. A wrong value stops the start with the name of the
variable, what was expected, what was received and the mend.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from knowledge.errors import KnowledgeError

PREFIX = "BANGBAN_"

Backend = Literal["torch", "onnx"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class SettingsInvalid(KnowledgeError):
    """One or more settings cannot be used as they are."""

    code = "settings_invalid"


def _beside_var(name: str) -> Any:
    """A default factory: `name` inside the `var_dir` that was validated before."""
    return lambda data: data.get("var_dir", Path("var")) / name


class KnowledgeSettings(BaseSettings):
    """What importing, indexing and searching need to know. The descriptions are the documentation."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    var_dir: Path = Field(
        default=Path("var"),
        description="Folder of everything made at run time: database, index, models, secrets.",
    )
    index_dir: Path = Field(
        default_factory=_beside_var("index"),
        description="Folder of the search indexes; by default index/ inside the var folder.",
    )
    embedding_model: str = Field(
        default="",
        description="Name or path of a sentence-transformers model; empty: the small one trained here.",
    )
    embedding_query_prompt: str = Field(
        default="", description="Text put before a question (not before a title) when it is embedded."
    )
    embedding_normalize: bool = Field(default=True, description="Embed to unit length (cosine similarity).")
    embedding_dimension: int = Field(
        default=0, ge=0, le=65_536, description="Numbers kept of every vector, the first ones; 0: all."
    )
    embedding_backend: Backend = Field(
        default="torch",
        description="What runs a named model: torch, or onnx where sentence-transformers[onnx] is installed.",
    )
    embedding_batch: int = Field(default=64, ge=1, le=4096, description="Texts embedded at a time.")
    torch_threads: int = Field(default=1, ge=1, le=256, description="CPU threads of the embedding model.")
    seed: int = Field(default=20240601, ge=0, description="Seed of everything trained here.")
    log_level: LogLevel = Field(default="INFO", description="Least severe log line that is shown.")

    @property
    def embedding_dir(self) -> Path:
        """Where the small embedding model trained here is kept."""
        return self.var_dir / "embedding"


SettingsT = TypeVar("SettingsT", bound=BaseSettings)


def load(kind: type[SettingsT]) -> SettingsT:
    """Settings of one kind from the environment; SettingsInvalid names every wrong one at once."""
    try:
        return kind()
    except ValidationError as error:
        raise SettingsInvalid(
            "These settings cannot be used:\n" + "\n".join(_lines(kind, error)) + "\n",
            mend="Correct or unset the environment variables named above, then start again.",
        ) from None


def variable_names(kind: type[BaseSettings]) -> dict[str, str]:
    """Field name → the environment variable that sets it."""
    names = {}
    for field, info in kind.model_fields.items():
        alias = info.validation_alias
        names[field] = alias if isinstance(alias, str) else f"{PREFIX}{field}".upper()
    return names


def _lines(kind: type[BaseSettings], error: ValidationError) -> list[str]:
    """One readable line for each wrong setting. A value that may be secret is not repeated."""
    variables = variable_names(kind)
    lines = []
    for problem in error.errors():
        if problem["type"] == "default_factory_not_called":
            continue  # follows from another wrong setting, which has a line of its own
        field = str(problem["loc"][0]) if problem["loc"] else ""
        by_variable = {variable: name for name, variable in variables.items()}
        field = by_variable.get(field, field)
        shown = kind.model_fields[field].repr if field in kind.model_fields else True
        received = repr(problem["input"]) if shown else "a value that is not shown here"
        wanted = problem["msg"].removeprefix("Value error, ")
        wanted = wanted.removeprefix("Input should be ")
        lines.append(f"  {variables.get(field, field)}: expected {wanted}; received {received}")
    return lines
