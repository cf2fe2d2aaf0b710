"""Everything that decides a trained head, besides its data."""

from dataclasses import dataclass

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.heads.settings import HeadSection
from deepfake_attribution.model.settings import Augment, Backbone
from deepfake_attribution.train.settings import Train


@dataclass(frozen=True)
class Recipe:
    """A head and the settings that it is trained with.

    Attributes:
        common: the section ``train``, for all heads.
        loss: the head's own section; its values override those of ``common``.
    """

    head: str
    seed: int
    backbone: Backbone
    common: Train
    augment: Augment
    loss: HeadSection

    @property
    def train(self) -> Train:
        """The section ``train`` with the head's own values in their places."""
        return self.common.model_copy(update=self._own())

    def setting(self, key: str) -> str:
        """Return the name of the setting that gives ``train``'s value of ``key``."""
        return f"{self.loss.section if key in self._own() else 'train'}.{key}"

    def check_shared(self, count: int) -> None:
        """Check that ``count`` processes can share each batch evenly.

        Raises:
            UserError: they cannot.
        """
        if self.train.batch_size % count:
            raise UserError(
                f"{self.setting('batch_size')}: {self.train.batch_size} crops cannot be divided "
                f"evenly among {count} processes (compute.devices x compute.nodes): make it a "
                f"multiple of {count}"
            )

    def _own(self) -> dict[str, object]:
        return self.loss.model_dump(include=set(HeadSection.model_fields), exclude_none=True)
