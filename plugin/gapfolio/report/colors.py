"""Arithmetic on colours: contrast as WCAG 2 defines it, and tints."""

MINIMUM_CONTRAST = 4.5
"""WCAG 2.1 AA for text of normal size."""
LINEAR_BELOW = 0.04045


def channels(color: str) -> tuple[int, int, int]:
    """Split `#rrggbb` into red, green and blue, 0 to 255."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def luminance(color: str) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = (_linear(channel / 255) for channel in channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mix(color: str, ground: str, share: float) -> str:
    """Give the tint that holds `share` (0 to 1) of a colour and the rest of the ground."""
    pairs = zip(channels(color), channels(ground), strict=True)
    mixed = (round(share * one + (1 - share) * other) for one, other in pairs)
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _linear(channel: float) -> float:
    if channel <= LINEAR_BELOW:
        return channel / 12.92
    return float(((channel + 0.055) / 1.055) ** 2.4)
