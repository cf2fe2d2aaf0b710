"""Which videos exist: one adapter per dataset family, one shared row."""
