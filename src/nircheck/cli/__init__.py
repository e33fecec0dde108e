"""The command line: parse, call, show, exit. Nothing heavy is imported before a command runs."""
