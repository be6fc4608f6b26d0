"""Samen: the roof (screens) and the cellar (foundations) of the portal."""
