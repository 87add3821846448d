"""Words that every room shares: keys, ids, instants, energy and the clock."""
