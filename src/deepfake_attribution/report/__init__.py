"""Tables as Markdown, LaTeX and CSV, and the page (stage ``report``).

The stage uses `results`, `markdown`, `latex`, and `page.site` for reports/index.html.
"""
