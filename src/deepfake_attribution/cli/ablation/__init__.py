"""Recipes compared: parts of one added to another and taken away, as a DVC experiment queue."""
