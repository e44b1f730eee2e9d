"""Decides how an average of stars is written: one decimal after a comma, rounded half up. Pure rules."""


def average(total: int, number: int) -> str:
    """The average of `number` reviews with `total` stars together: 4,8. Empty where there are none."""
    if number <= 0:
        return ""
    tenths = (total * 20 + number) // (number * 2)
    return f"{tenths // 10},{tenths % 10}"
