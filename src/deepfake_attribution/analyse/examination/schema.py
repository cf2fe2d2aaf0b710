"""The published JSON schema of a document; run as a module it writes `PATH` again."""

import json
from pathlib import Path

from deepfake_attribution.analyse.examination.content import Examination
from deepfake_attribution.core.durable import write

PATH = Path("docs/schemas/examination.schema.json")
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def text() -> str:
    """Return the schema as JSON."""
    found = {"$schema": DIALECT} | Examination.model_json_schema(mode="serialization")
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write(text().encode("utf-8"), PATH)
