"""A firm's one colour, made into a palette whose text stays readable (WCAG 2.2: 4.5 to 1)."""

import colorsys


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def luminance(color: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2, definition of relative luminance)."""
    parts = []
    for channel in _channels(color):
        share = channel / 255
        parts.append(share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _mix(color: str, other: str, share: float) -> str:
    pairs = zip(_channels(color), _channels(other), strict=True)
    return "#" + "".join(f"{round(a * (1 - share) + b * share):02X}" for a, b in pairs)


def readable(color: str, on: str, *, lighter: bool, ratio: float = 4.5) -> str:
    """Return `color`, made lighter or darker (its hue kept) just far enough to read on `on`."""
    hue, light, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in _channels(color)))
    moved = color
    while contrast(moved, on) < ratio and (light < 1 if lighter else light > 0):
        light = min(1.0, light + 0.02) if lighter else max(0.0, light - 0.02)
        parts = colorsys.hls_to_rgb(hue, light, min(saturation, 0.5) if lighter else saturation)
        moved = "#" + "".join(f"{round(part * 255):02X}" for part in parts)
    return moved


def brand_css(color: str) -> str:
    """The style sheet that gives a firm its accent, light and dark. Status colours are never branded."""
    light = readable(color, "#FFFFFF", lighter=False)
    dark = readable(color, "#141D1B", lighter=True, ratio=7)
    pairs = {
        "accent": (light, dark),
        "accent-hover": (_mix(light, "#000000", 0.25), _mix(dark, "#FFFFFF", 0.25)),
        "on-accent": ("#FFFFFF", "#05201E"),
    }
    rules = "".join(f"--{name}:light-dark({one},{two});" for name, (one, two) in pairs.items())
    return ":root{" + rules + "}"
