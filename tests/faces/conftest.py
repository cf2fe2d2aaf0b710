from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
import torch

REPOSITORY = Path(__file__).parents[2]
SAMPLE = REPOSITORY / "../shared/sample/videos"


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Keep the small networks from waiting for busy cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def portrait() -> np.ndarray:
    """A real frame, (480, 480, 3) uint8 RGB, with one face."""
    video = SAMPLE / "liveportrait-05.mp4"
    if not video.exists():
        pytest.skip("the sample of real videos is not here")
    with av.open(str(video)) as container:
        return next(container.decode(video=0)).to_ndarray(format="rgb24")
