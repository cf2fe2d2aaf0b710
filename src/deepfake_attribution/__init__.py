"""Train, compare and use deepfake detectors that also say which kind of fake."""

import os

# How torch's threads wait for each other, settled before torch is loaded. Awake for long, as is the
# default, they take the time of those they wait for wherever cores are shared: training was up to
# thirty times slower beside another one. Asleep at once they cost a fifth of the speed. So: a
# short while awake.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
