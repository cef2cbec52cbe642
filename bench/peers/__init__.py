"""The peers: the same question, answered by what a team would otherwise choose, each as its expert would tune it."""
