"""The running process: command line, settings, wiring, background jobs, web pages."""
