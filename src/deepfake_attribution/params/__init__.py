"""Settings: one strict model per section of params.yaml, one file each."""
