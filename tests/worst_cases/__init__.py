"""What every parser of anything that comes from a person may cost, whatever is sent."""
