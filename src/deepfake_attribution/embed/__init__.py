"""Outputs and embeddings of crops (stage ``embed``).

The stage uses `embeddings.embed`; it runs ONNX Runtime and does not load torch on a CPU.
"""
