"""Members of staff: accounts, signing in, sessions, and the API the console talks to (`/api`)."""
