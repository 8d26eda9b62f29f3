"""Where people write to us. A channel only translates: its request to `Incoming`, our replies to its own.

What it hands over and gets back is in `bot.channels.message`; everything else happens in
`bot.conversation`.
"""
