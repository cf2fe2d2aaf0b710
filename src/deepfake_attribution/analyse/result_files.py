"""Names of the files and folders in a folder of results."""

MARK = ".journal.jsonl"  # marks a folder of results
PAGE, LINES, TABLE = "index.html", "results.jsonl", "results.csv"
PAGES, FACES, DOCUMENTS = "videos", "crops", "reports"
OWN = (PAGE, LINES, TABLE, PAGES, FACES, DOCUMENTS)
