"""Scanner formats in: one file a format; nothing to the right of here knows them."""
