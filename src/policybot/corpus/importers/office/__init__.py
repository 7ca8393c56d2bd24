"""Import of office documents."""
