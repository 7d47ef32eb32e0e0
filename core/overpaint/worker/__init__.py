"""The far end of an editor's pipe: takes jobs, paints them, ends with its host."""
