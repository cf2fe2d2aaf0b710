"""The document of a video for an examiner: two pages as PDF and HTML, and JSON by a schema."""
