"""Rasa's logistic regression with the classes weighted as they come.

Rasa fixes `class_weight="balanced"`: the sixty examples of `human` or `deny` then count as much as the four
hundred of an aspect, and words as common as “换一个” or “有没有” pull questions over to them. Without it the
development questions came out better (benchmarks/nlu/README.md).
"""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class PlainLogisticRegression(LogisticRegressionClassifier):
    """Named `bot.rasa.classifier.PlainLogisticRegression` in config.yml."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clf.set_params(class_weight=None)
