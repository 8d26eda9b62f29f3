"""What several tests share: a throw-away PostgreSQL database, the running stack, free ports."""
