"""The staff console: the built page of web/console, served at /console/."""
