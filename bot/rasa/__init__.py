"""The Rasa side: launcher, channel and training. It runs in Rasa's own environment (Python 3.10).

Nothing of ours outside this package is imported here. `environment`, `errors`, `wire`, `logs` and
`no_tensorflow` are plain Python; the other modules need Rasa.
"""
