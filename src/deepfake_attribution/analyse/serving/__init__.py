"""The page for analysts: videos are sent to a server on this machine, which says what they are."""
