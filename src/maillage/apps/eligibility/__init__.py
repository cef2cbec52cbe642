"""The main job: which doors are open to this person. Asking stores nothing about a person."""
