"""Pure decisions of the journal: what refusals mean, and what is never written down."""
