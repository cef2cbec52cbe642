"""What every audience's pages share: the frame of a page, the tokens of the theme, icons."""
