"""A firm's one colour, made into a palette whose text stays readable (WCAG 2.2: 4.5 to 1)."""


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


def readable(color: str, on: str, toward: str, ratio: float = 4.5) -> str:
    """Return `color`, moved toward black or white just far enough to read on `on`."""
    step = 0.0
    moved = color
    while contrast(moved, on) < ratio and step < 1:
        step += 0.04
        moved = _mix(color, toward, min(step, 1))
    return moved


def brand_css(color: str) -> str:
    """The style sheet that gives a firm its accent, light and dark. Status colours are never branded."""
    light = readable(color, "#FFFFFF", "#000000")
    dark = readable(color, "#141D1B", "#FFFFFF", 7)
    pairs = {
        "accent": (light, dark),
        "accent-hover": (_mix(light, "#000000", 0.25), _mix(dark, "#FFFFFF", 0.25)),
        "on-accent": ("#FFFFFF", "#05201E"),
    }
    rules = "".join(f"--{name}:light-dark({one},{two});" for name, (one, two) in pairs.items())
    return ":root{" + rules + "}"
