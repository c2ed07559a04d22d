"""Numbers as people read them."""

import math


def readable_number(value: float, digits: int = 4) -> str:
    """The value with so many significant digits, without trailing zeros; "unknown" for NaN."""
    if math.isnan(value):
        return "unknown"
    if math.isinf(value):
        return "infinite" if value > 0 else "−infinite"
    if value == 0:
        return "0"
    if abs(value) < 1e-4 or abs(value) >= 1e6:
        return with_minus_sign(f"{value:.{digits - 1}e}")
    text = _fixed(value, digits - 1 - _leading_digit(value))
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return with_minus_sign(text)


def number_with_error(value: float, error: float) -> str:
    """"0.53 ± 0.08": the error with two digits, the value with as many decimals."""
    if not (math.isfinite(value) and math.isfinite(error) and error > 0):
        return readable_number(value)
    if error < 1e-5 or abs(value) >= 1e6:
        return f"{with_minus_sign(f'{value:.2e}')} ± {error:.1e}"
    n_decimals = max(0, 1 - _leading_digit(error))
    return f"{with_minus_sign(_fixed(value, n_decimals))} ± {_fixed(error, n_decimals)}"


def interval_text(low: float, high: float) -> str:
    """"0.37 to 0.69", with decimals that tell its ends apart."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return "unknown"
    if high - low < 1e-5 or max(abs(low), abs(high)) >= 1e6:
        return f"{readable_number(low, 3)} to {readable_number(high, 3)}"
    n_decimals = max(0, 1 - _leading_digit((high - low) / 4))
    low_text, high_text = (with_minus_sign(_fixed(end, n_decimals)) for end in (low, high))
    return f"{low_text} to {high_text}"


def percent(share: float, digits: int = 3) -> str:
    """"43.1 %" of 0.431."""
    return f"{readable_number(100 * share, digits)} %"


def count_text(n: int, one: str, many: str | None = None) -> str:
    """"1 image", "1,204 images"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def enumerate_texts(texts: list[str], conjunction: str = "and") -> str:
    """"a, b and c"."""
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {conjunction} {texts[-1]}"


def readable_name(name: str) -> str:
    """The name without underscores."""
    return name.replace("_", " ")


def round_ticks(lowest: float, highest: float, n_ticks: int = 6) -> list[float]:
    """About so many round numbers in the range, ends included if they are round."""
    if not highest > lowest:
        return [lowest]
    rough = (highest - lowest) / n_ticks
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((f * power for f in (1, 2, 5) if f * power >= rough * (1 - 1e-9)), 10 * power)
    slack = 1e-9 * (highest - lowest)
    first = math.ceil((lowest - slack) / step)
    last = math.floor((highest + slack) / step)
    return [i * step for i in range(first, last + 1)]


def with_minus_sign(text: str) -> str:
    """The text of a number with the minus sign of print."""
    return "−" + text[1:] if text.startswith("-") else text


def _fixed(value: float, n_decimals: int) -> str:
    text = f"{value:.{min(max(n_decimals, 0), 15)}f}"
    return text.lstrip("-") if not text.strip("-0.") else text


def _leading_digit(value: float) -> int:
    """Position of the leading digit: 0 for 1 to 9.99, -1 for 0.1 to 0.999."""
    return math.floor(math.log10(abs(value)))
