"""Who receives people: the inbox, one request, how one takes people, the reply without an account."""
