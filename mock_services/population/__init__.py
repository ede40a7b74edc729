"""人口库: the city's register of persons: who is who, whose guardian, and who stands for which company. Read only."""
