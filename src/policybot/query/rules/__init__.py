"""Small named rules, each over word classes and entities: they propose, ``resolve`` chooses."""
