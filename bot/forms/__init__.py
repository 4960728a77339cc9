"""A form for every verb that takes words: what it asks is data, what comes of it are the words one would type."""
