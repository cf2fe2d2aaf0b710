"""A trained approach with all that is needed to use it, in one folder."""
