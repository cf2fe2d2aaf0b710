"""An ONNX file, run by ONNX Runtime on a CPU, without torch."""

from collections.abc import Mapping, Sequence

import numpy as np
import onnxruntime

MADE_FROM = "weights"  # in the file's metadata: the hash of the weights that it was made from


class OnnxSession:
    """A network that is run by ONNX Runtime.

    Args:
        content: the ONNX file.
        threads: how many compute one operator.
    """

    def __init__(self, content: bytes, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # Threads that spin while they wait take time from other processes.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3  # errors
        self._session = onnxruntime.InferenceSession(
            content, options, providers=["CPUExecutionProvider"]
        )

    def made_from(self) -> str:
        """Return the hash of the weights that the file was made from."""
        return self._session.get_modelmeta().custom_metadata_map.get(MADE_FROM, "")

    def run(self, outputs: Sequence[str], inputs: Mapping[str, np.ndarray]) -> list[np.ndarray]:
        """Return the outputs with these names.

        Raises:
            MemoryError: memory is not enough for the batch.
        """
        try:
            return list(self._session.run(list(outputs), dict(inputs)))
        except Exception as error:  # ONNX Runtime's own kinds, of no common class
            if any(words in str(error) for words in ("allocate memory", "bad_alloc", "bad alloc")):
                raise MemoryError(str(error).splitlines()[0]) from None
            raise
