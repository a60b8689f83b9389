"""/stats: the numbers of a campaign in pictures and tables."""
