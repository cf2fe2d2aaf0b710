"""The page for analysts: a server on this machine that analyses videos sent to it."""
