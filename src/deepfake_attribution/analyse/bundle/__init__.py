"""A trained approach with everything needed to use it, in one folder."""
