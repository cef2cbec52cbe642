"""What anybody sees: places, municipalities, services and organisations; nothing of the visitor is kept."""
