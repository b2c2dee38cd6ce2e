"""Who makes content keys, and how encryptors reach it."""
