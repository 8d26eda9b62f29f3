"""The website chat widget, server side."""
