"""Everything that decides a trained head, besides its data."""

from dataclasses import dataclass

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import Section
from deepfake_attribution.model.settings import Augment, Backbone
from deepfake_attribution.train.settings import Train


@dataclass(frozen=True)
class Recipe:
    """A head and the settings that it is trained with."""

    head: str
    seed: int
    backbone: Backbone
    train: Train
    augment: Augment
    loss: Section

    @property
    def batch_size(self) -> int:
        """Crops per step, of all processes."""
        return self._own() or self.train.batch_size

    @property
    def batch_setting(self) -> str:
        """The name of the setting that gives `batch_size`."""
        return f"{self.loss.section if self._own() else 'train'}.batch_size"

    def check_shared(self, count: int) -> None:
        """Check that ``count`` processes can share each batch evenly.

        Raises:
            UserError: they cannot.
        """
        if self.batch_size % count:
            raise UserError(
                f"{self.batch_setting}: {self.batch_size} crops cannot be divided evenly among "
                f"{count} processes (compute.devices x compute.nodes): make it a multiple of "
                f"{count}"
            )

    def _own(self) -> int:
        return getattr(self.loss, "batch_size", 0)
