"""Shares of counted events, with bounds, and curves of true over false positives."""
import math

# Of the normal distribution, for 95 % two-sided.
DEVIATIONS = 1.959964


def bounds(hits, of):
    """The 95 % score interval of a share.

    Source: Wilson, Probable Inference, the Law of Succession, and Statistical Inference (1927).
    """
    if of == 0:
        return 0.0, 1.0
    share, square = hits / of, DEVIATIONS ** 2
    middle = share + square / (2 * of)
    reach = DEVIATIONS * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    low, high = ((middle + sign * reach) / (1 + square / of) for sign in (-1, 1))
    return (0.0 if hits == 0 else low), (1.0 if hits == of else high)


def percent(share):
    """A share as people read it: enough digits to tell 99.97 % from 100 %."""
    if share in (0, 1):
        return f"{share * 100:.0f} %"
    value = share * 100
    digits = 1 if 10 <= value <= 90 else 2 if min(value, 100 - value) >= 0.095 else 3
    return f"{value:.{digits}f} %"


def told(hits, of):
    """Share, bounds and counts: "99.5 % (98.2–99.9 %, 398 of 400)"."""
    if of == 0:
        return "–"
    low, high = bounds(hits, of)
    return f"{percent(hits / of)} ({percent(low)[:-2]}–{percent(high)}, {hits:,} of {of:,})"


def curve(benign, attacks):
    """Points (false, true positive share) as the threshold over scores falls; both ends included.

    A score is the larger, the more it speaks for encryption. Points on a straight line with their
    neighbours' true or false positives are left out.
    """
    events = sorted([(score, 0) for score in benign] + [(score, 1) for score in attacks], reverse=True)
    points, counts, place = [(0.0, 0.0)], [0, 0], 0
    while place < len(events):
        score = events[place][0]
        while place < len(events) and events[place][0] == score:
            counts[events[place][1]] += 1
            place += 1
        points.append((counts[0] / max(1, len(benign)), counts[1] / max(1, len(attacks))))
    return thinned(points)


def thinned(points, step=0.01):
    """Only points that go up by a step, or stand at a multiplied false positive share."""
    kept = [points[0]]
    for place, point in enumerate(points[1:], 1):
        last = kept[-1]
        is_far = point[1] - last[1] >= step or (point[0] > last[0] * 1.25 and point[1] > last[1])
        if is_far or place == len(points) - 1 or (last[0] == 0 and point[0] > 0):
            if place and points[place - 1] != last and last[0] == 0 and point[0] > 0:
                kept.append(points[place - 1])
            kept.append(point)
    return [[round(x, 6), round(y, 6)] for x, y in kept]
