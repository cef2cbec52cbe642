"""What is remembered and who may change it: one folder per context."""
