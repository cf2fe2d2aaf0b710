"""What was said of videos as HTML that opens from disk: a page per video, and a list of them."""
