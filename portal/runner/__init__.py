"""What `./run` does: install, start, watch, stop, test, check.

Imported before any package is installed, so: the standard library only. The one exception is psycopg2, imported inside
the functions that speak to Postgres, which run after the packages are there.
"""
