"""What an adviser sees beside a person: the question, the doors, the sheet to take away."""
