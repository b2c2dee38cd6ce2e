"""CPIX documents and the SPEKE v2 exchange between an encryptor and its key provider."""
