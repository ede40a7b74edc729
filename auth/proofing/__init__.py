"""How well the city knows who a resident is: evidence, levels, their end."""
