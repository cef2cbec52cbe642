"""The form that a partner asks to be sent people with, put in by the partner and filled for the adviser."""
