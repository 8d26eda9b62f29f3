"""Which pipeline reads the intents best: trains each variant and asks it the development questions.

    PYTHONPATH=. .venv-rasa/bin/python benchmarks/nlu/compare.py [QUESTIONS.tsv] [--only NAME]

Needs the generated examples in the var folder (BANGBAN_VAR_DIR, default var; `bangban train` makes
them). Prints one Markdown row per variant; the table in README.md is made of them.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import logging
import os
import shutil
import sys
import tempfile
import time
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import yaml

from bot.rasa import logs, no_tensorflow
from bot.rasa.environment import ROOT, quiet

TOKENIZER = "bot.rasa.tokenizer.PhraseTokenizer"
FALLBACK = {"name": "FallbackClassifier", "threshold": 0.25, "ambiguity_threshold": 0.0}


PLAIN = "bot.rasa.classifier.PlainLogisticRegression"
BALANCED = "LogisticRegressionClassifier"


def pipeline(
    longest: int,
    *,
    tokenizer: str = TOKENIZER,
    analyzer: str = "char_wb",
    classifier: str = PLAIN,
    max_iter: int = 50,
) -> list[dict[str, Any]]:
    """n-grams from 1 to `longest`; the rest as in config.yml unless said otherwise."""
    return [
        {"name": tokenizer},
        {"name": "CountVectorsFeaturizer", "analyzer": analyzer, "min_ngram": 1, "max_ngram": longest},
        {"name": classifier, "max_iter": max_iter},
        FALLBACK,
    ]


VARIANTS = {
    "characters 1-2 in pieces (chosen)": pipeline(2),
    "chosen, 100 rounds": pipeline(2, max_iter=100),
    "chosen, classes balanced (Rasa's own)": pipeline(2, classifier=BALANCED),
    "characters 1-3 in pieces": pipeline(3),
    "characters 1-4 in pieces": pipeline(4),
    "characters 1-4 across pieces": pipeline(4, analyzer="char"),
    "Jieba, words 1-2": pipeline(2, tokenizer="JiebaTokenizer", analyzer="word"),
    "Jieba, characters 1-4 in words": pipeline(4, tokenizer="JiebaTokenizer"),
}


def read_table(path: Path) -> list[tuple[str, str]]:
    """(question, intent) rows of a TSV file; lines with # are remarks."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            question, intent = line.split("\t")
            rows.append((question, intent))
    return rows


def measure(name: str, steps: list[dict[str, Any]], data: Path, rows: list[tuple[str, str]]) -> str:
    """Train one variant and ask it; one row of the table."""
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.yml"
        content = {"assistant_id": "benchmark", "recipe": "default.v1", "language": "zh", "pipeline": steps}
        config.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        started = time.process_time()
        with redirect_stdout(io.StringIO()):
            model = train_nlu(str(config), str(data), folder)
        trained = time.process_time() - started
        agent = Agent.load(model)
        asyncio.run(agent.parse_message("预热"))
        started = time.process_time()
        read = [asyncio.run(agent.parse_message(question))["intent"] for question, _ in rows]
        each_ms = (time.process_time() - started) / len(rows) * 1000
        size = Path(model).stat().st_size / 1e6
    right = sum(guess["name"] == intent for guess, (_, intent) in zip(read, rows, strict=True))
    undecided = sum(guess["name"] == "nlu_fallback" for guess in read)
    wrong = len(rows) - right - undecided
    return (
        f"| {name} | {right / len(rows):.3f} | {wrong} | {undecided} "
        f"| {trained:.0f} | {each_ms:.1f} | {size:.1f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("questions", nargs="?", type=Path, default=ROOT / "benchmarks" / "nlu" / "dev.tsv")
    parser.add_argument("--only", default="", help="only variants whose name contains this")
    chosen = parser.parse_args()
    var_dir = Path(os.environ.get("BANGBAN_VAR_DIR") or "var")
    logs.hush_libraries()
    os.environ.update(quiet(var_dir) | {"LOG_LEVEL": "ERROR"})
    no_tensorflow.install()
    logs.configure("ERROR")
    logging.getLogger("jieba").setLevel("ERROR")
    rows = read_table(chosen.questions)
    lines = [
        f"| pipeline | right of {len(rows)} | wrong | undecided | train CPU s | CPU ms each | model MB |",
        "|---|---|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as data:
        shutil.copytree(ROOT / "bot" / "data" / "nlu", Path(data) / "written")
        shutil.copytree(var_dir / "rasa" / "data", Path(data) / "generated")
        for name, steps in VARIANTS.items():
            if chosen.only in name:
                lines.append(measure(name, steps, Path(data), rows))
                sys.stderr.write(lines[-1] + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
