"""The desk: where people of the staff take over a chat."""
