"""A baseline on metadata of the files, without pixels (stage ``metadata_baseline``)."""
