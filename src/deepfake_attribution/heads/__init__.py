"""The heads: one file each, with its loss, the model of its settings, its title and colours.

Step train uses `registry.module`; all other steps use `registry.chosen` and `registry.about`, which
import no torch. A new head is a new file here (CONTRIBUTING.md, "A new head or loss").
"""
