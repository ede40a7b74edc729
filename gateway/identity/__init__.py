"""The rooms of auth, each made from what all of them share."""
