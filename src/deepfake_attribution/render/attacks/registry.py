"""All simulated attacks by name."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from deepfake_attribution.render.attacks.blend import blend
from deepfake_attribution.render.attacks.decoder_swap import decoder_swap
from deepfake_attribution.render.attacks.expression import expression
from deepfake_attribution.render.attacks.face_morph import face_morph
from deepfake_attribution.render.attacks.latent import latent
from deepfake_attribution.render.attacks.mouth import mouth
from deepfake_attribution.render.attacks.retouch import retouch
from deepfake_attribution.render.attacks.warp_swap import warp_swap
from deepfake_attribution.render.footage import Footage

Make = Callable[[Footage, Footage, np.random.Generator, float], list[np.ndarray]]


@dataclass(frozen=True)
class Attack:
    """A simulated attack.

    Attributes:
        make: from target, donor, randomness and strength to the frames of the fake.
        swaps: whether the donor's face is used; if not, the donor is ignored.
    """

    make: Make
    swaps: bool

    def __call__(
        self,
        target: Footage,
        donor: Footage,
        rng: np.random.Generator,
        strength: float,
    ) -> list[np.ndarray]:
        """Return the fake's frames: as many as the target's, same size, RGB uint8.

        Frames whose face is unknown, and all pixels outside the face, are unchanged.

        Args:
            target: the video to change.
            donor: whose face is taken, by attacks that swap.
            rng: the source of what differs from video to video.
            strength: 0, traces that are hard to see, to 1, plain ones.

        Raises:
            UserError: the attack swaps faces and the donor's is known in no frame.
        """
        return self.make(target, donor, rng, strength)


ATTACKS: dict[str, Attack] = {
    "sim_decoder_swap": Attack(decoder_swap, swaps=True),
    "sim_warp_swap": Attack(warp_swap, swaps=True),
    "sim_mouth": Attack(mouth, swaps=False),
    "sim_expression": Attack(expression, swaps=False),
    "sim_blend": Attack(blend, swaps=False),
    "sim_retouch": Attack(retouch, swaps=False),
    "sim_face_morph": Attack(face_morph, swaps=True),
    "sim_latent": Attack(latent, swaps=False),
}
