"""Where the face is, which one is the subject, and its crop."""
