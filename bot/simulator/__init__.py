"""A stand-in for the WeChat platform, for development and tests: `bangban wechat simulate`.

It knows the channel only by the protocol and shares no code with it: what it signs and opens goes through
wechatpy's crypto, so that each side checks the other. It never runs in a city's installation.
"""
