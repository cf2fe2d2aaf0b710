"""What every step needs: settings, paths, tables, shards, images, errors.

A change here runs the whole pipeline again, so it stays small. Others use `params.load` and the
sections in `settings`, `paths`, `tables`, `shards.ShardReader`, `durable.write`,
`errors.UserError`, the columns of a catalog in `video`, and `metrics`.
"""
