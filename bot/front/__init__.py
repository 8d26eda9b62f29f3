"""The front: the only process the outside reaches. Channels, the chat widget, guide pages and health, on aiohttp."""
