"""The cellar: pure Python that every other part may import. No Django, no database, no network."""
