"""人力资源和社会保障局: what the city keeps on a resident's social insurance and housing fund. Read only."""
