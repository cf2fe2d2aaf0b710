"""How results change when test videos are compressed, scaled, blurred and the like.

`stage.measure` is what the stage calls; `files` reads its tables; `damage.DAMAGES` lists the kinds.
"""
