"""Whether an extract has the form it should have: before anyone audits it, and with the cause."""
