"""What the heads minimise: one loss per file."""
