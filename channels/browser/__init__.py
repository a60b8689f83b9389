"""A chat in the browser, on the campaign's own site: forms and pages, no socket, no script."""
