"""Bad input for every door: what comes in from files, pipes, servers and clients."""
