"""The WeChat Official Account channel: the platform's rules end here (ADR 10, docs/wechat.md).

door      a request → a verified envelope          parse     XML → what the person did
events    what the person did → what follows       delivery  replies → the open request or the API
channel   puts them together; nothing of a message is lost when a process ends
"""
