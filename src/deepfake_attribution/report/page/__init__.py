"""The page for people, reports/index.html, and what lies beside it in reports/page."""
