"""The page for readers, reports/index.html, and its files in reports/page."""
