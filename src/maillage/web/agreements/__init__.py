"""The pages of whoever wonders what a partnership says: the agreements, article by article, on any day."""
