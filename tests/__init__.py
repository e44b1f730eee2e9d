"""The tests: what must be true of DesaMart, on both databases and in the browser (`make test`)."""
