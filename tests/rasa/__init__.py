"""The Rasa side against the real Rasa.

`check_*.py` are plain unittest modules: they run in Rasa's Python (3.10), where pytest is not installed.
`test_in_rasa_python.py` runs each of them there; by hand:

    .venv-rasa/bin/python -m unittest tests.rasa.check_patches -v

The questions in the two tables are asked of the trained model by tests/stack/test_nlu.py.
"""
