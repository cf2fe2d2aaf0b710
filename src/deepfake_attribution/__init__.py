"""Train, compare and use deepfake detectors that also say which kind of fake."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deepfake_attribution.analyse.analyser import Analyser
    from deepfake_attribution.analyse.options import Options

# How torch's threads wait for each other, settled before torch is loaded. Awake for long, as is the
# default, they take the time of those they wait for wherever cores are shared: training was up to
# thirty times slower beside another one. Asleep at once they cost a fifth of the speed. So: a
# short while awake.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
# ONNX Runtime reports its use to its makers (1.32: a look-up of mobile.events.data.microsoft.com
# after some seconds, and a file .ses among the temporary ones). Settled before it is loaded, too.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")


def load_bundle(folder: "str | os.PathLike[str]", options: "Options | None" = None) -> "Analyser":
    """Return the trained approach that ``deepfake-attribution export`` wrote to ``folder``.

    ``load_bundle(folder).analyse("clip.mp4")`` says what it thinks of a video
    (`analyse.analyser.Analyser`).

    Args:
        folder: of the bundle.
        options: how videos are looked at.

    Raises:
        core.errors.UserError: it holds no bundle, or a file differs from what was exported.
    """
    # here, for whoever trains must not wait for what only this needs
    from deepfake_attribution.analyse.analyser import Analyser
    from deepfake_attribution.analyse.bundle.opening import open_bundle
    from deepfake_attribution.core.errors import UserError

    try:
        bundle = open_bundle(Path(folder))
    except UserError as error:
        raise error.with_traceback(None) from None  # the line, not the way to it
    return Analyser(bundle, options)
