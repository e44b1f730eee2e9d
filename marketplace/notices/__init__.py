"""Decides who is told what: once per event and person, in the application and by e-mail, in frozen words."""
