"""The command deepfake-attribution: one verb per file."""
