"""What the comparison needs of Rasa's own environment: jieba words, and a stock ResponseSelector.

    python rasa_side.py words IN.json OUT.json      {"texts": [...]} → {"words": [[...], ...]}
    python rasa_side.py select IN.json OUT.json     {"examples": {item: [names]}, "questions": [...], "epochs": n}
                                                    → {"rankings": [[[item, confidence], ...], ...], "seconds": …}

Run by run.py with the Python that has Rasa; imports nothing of ours.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import tempfile
import time
from pathlib import Path


def words(data: dict) -> dict:
    import jieba

    jieba.setLogLevel(logging.ERROR)
    return {"words": [[word for word in jieba.cut(text) if word.strip()] for text in data["texts"]]}


def select(data: dict) -> dict:
    """Rasa's own tokenizer for Chinese, its own count vectors (words and characters), its own selector."""
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    started = time.monotonic()
    items = {f"item{place}": item for place, item in enumerate(data["examples"])}
    with tempfile.TemporaryDirectory() as folder:
        config = {
            "recipe": "default.v1",
            "language": "zh",
            "pipeline": [
                {"name": "JiebaTokenizer"},
                {"name": "CountVectorsFeaturizer"},
                {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 2},
                {"name": "ResponseSelector", "epochs": data["epochs"], "batch_size": [64, 64],
                 "learning_rate": 0.005, "random_seed": 1, "evaluate_on_number_of_examples": 0},
            ],
        }  # fmt: skip
        nlu = ['version: "3.1"', "nlu:"]
        for key, names in zip(items, data["examples"].values(), strict=True):
            nlu += [f"- intent: faq/{key}", "  examples: |", *(f"    - {_plain(name)}" for name in names)]
        responses = {
            f"utter_faq/{key}": [{"text": names[0]}]
            for key, names in zip(items, data["examples"].values(), strict=True)
        }
        domain = {"version": "3.1", "intents": ["faq"], "responses": responses}
        at = Path(folder)
        (at / "nlu.yml").write_text("\n".join(nlu) + "\n", encoding="utf-8")
        for name, content in (("config.yml", config), ("domain.yml", domain)):
            (at / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        model = train_nlu(str(at / "config.yml"), str(at / "nlu.yml"), folder, domain=str(at / "domain.yml"))
        trained = time.monotonic() - started
        agent = Agent.load(model)
        return {"rankings": asyncio.run(_ask(agent, data["questions"], items)), "seconds": trained}


def _plain(name: str) -> str:
    """Without the marks of Rasa's training format."""
    return name.translate({ord(c): " " for c in "[](){}\n"})


async def _ask(agent, questions: list[str], items: dict[str, str]) -> list[list[tuple[str, float]]]:
    found = []
    for question in questions:
        parsed = await agent.parse_message(question)
        ranking = parsed["response_selector"]["default"]["ranking"]
        found.append(
            [(items[one["intent_response_key"].partition("/")[2]], one["confidence"]) for one in ranking]
        )
    return found


def main() -> None:
    command, source, target = sys.argv[1:]
    data = json.loads(Path(source).read_text(encoding="utf-8"))
    result = {"words": words, "select": select}[command](data)
    Path(target).write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
