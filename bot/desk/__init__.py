"""The desk: where people take over from the bot, and no conversation is left between the two."""
