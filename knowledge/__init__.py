"""Service-guide knowledge: models, importers, regions, the where engine and search.

This package imports neither Rasa nor aiohttp; `bot` and `actions` build on it.
"""
