"""Training examples for Rasa, made from the knowledge base at training time and kept out of git."""

from bot.training.generate import generate_nlu

__all__ = ["generate_nlu"]
