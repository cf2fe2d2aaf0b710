"""The network: backbone, embedding and outputs, on disk and in ONNX.

Steps train and embed use `network.Network`, `model.save` and `load_network`, `crop_reader` for
its input, and `description` for what is known about a trained model. `description`,
`onnx_model` and `probabilities` work without torch.
"""
