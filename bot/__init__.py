"""Where people talk to Bangban: channels, conversation, store, front, supervision and command line.

The Rasa side of the bot lives in `bot.rasa`, which runs in its own environment (Python 3.10) and imports
nothing else of this package.
"""
