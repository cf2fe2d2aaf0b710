"""A server whose judge says ``fake`` of everything, as a process: it prints its address.

``fake_server.py FOLDER``: videos are judged at once, and those of the folder can be picked. The
environment's ORIGIN and TOKEN are the options of `serve`; LIMITS changes `Limits`, in JSON.
"""

import json
import os
import sys
from pathlib import Path

from fake_judge import HOST, FakeJudge

from deepfake_attribution.analyse.serving.access import Access
from deepfake_attribution.analyse.serving.jobs import Jobs
from deepfake_attribution.analyse.serving.limits import MB, Limits
from deepfake_attribution.analyse.serving.parts import Parts
from deepfake_attribution.analyse.serving.running import address, bound, run, tidy_end
from deepfake_attribution.analyse.serving.shelf import Shelf
from deepfake_attribution.analyse.workplace import workplace

if __name__ == "__main__":
    changes = json.loads(os.environ.get("LIMITS", "{}"))
    limits = Limits(**{"upload": 5 * MB, "reserve": 0} | changes)
    access = Access(os.environ.get("ORIGIN", ""), os.environ.get("TOKEN", ""))
    shelf = Shelf(Path(sys.argv[1])) if len(sys.argv) > 1 else None
    judge = FakeJudge()
    if shelf:
        judge.may.set()
    with bound(HOST, 0) as listening, tidy_end(), workplace("serve") as place:
        print(address(listening, HOST), flush=True)
        run(Parts(judge, Jobs(limits), place, limits, shelf), HOST, listening, access)
