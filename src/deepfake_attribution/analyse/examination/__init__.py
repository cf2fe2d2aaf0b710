"""The document of a video for an examiner's file: two pages as PDF and HTML, and JSON by a schema."""
