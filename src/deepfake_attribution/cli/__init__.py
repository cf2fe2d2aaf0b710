"""The command deepfake-attribution: one verb per file, on top of all packages."""
