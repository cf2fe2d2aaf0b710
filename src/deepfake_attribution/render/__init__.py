"""The demo's people and attacks, drawn by code."""
