"""What things mean: frozen dataclasses, enums and functions. Standard library only; no clock, no input or output."""
