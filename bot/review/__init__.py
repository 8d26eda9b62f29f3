"""The review of conversations: find them, see why each answer was given, judge, and let the bot learn from it."""
