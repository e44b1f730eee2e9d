"""The newcomer's commands and the test harness keep their own promises."""
