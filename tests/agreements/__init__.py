"""The signed texts as data, and fictional ones denser than any."""
