"""The front: the only process the outside reaches. Channels, the chat page and health, on aiohttp."""
