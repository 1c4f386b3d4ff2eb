"""The events of @cnntargz/dataset (preset flat, defaults), vectorised in numpy: generated and fragmented.

python3 dataset_numpy.py EVENTS SEED philox|numpy -> one line of JSON: CPU seconds, and digests of the
results. `philox` draws the same words and so makes the same events, `numpy` draws from numpy's own
generator: other events of the same distribution, the faster way in numpy.
"""
import hashlib
import json
import sys
import time

import numpy as np

CHUNK = 8192
RADII = np.array([4.55, 4.6, 4.65, 6.8, 6.82, 7.5, 7.52, 9.8, 9.82])
SAGITTA = (RADII - 4.5) ** 2 / (2 * RADII)
BENDS = SAGITTA / SAGITTA[8] * 90
NOISE, EFFICIENCY, CLUSTER = 1e-3, 0.96, 0.25
PIXELS = 9 * 384


def key_of(text):
    digest = hashlib.sha256(text.encode()).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:8], "little")


def philox(block, event, key):
    """Philox4x32-10 of the counters (block, event): words of shape (..., 4)."""
    mask, shift = np.uint64(0xFFFFFFFF), np.uint64(32)
    m0, m1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
    c0, c2 = np.broadcast_arrays(np.uint64(block), np.uint64(event))
    c1 = c3 = np.zeros_like(c0)
    k0, k1 = key
    for _ in range(10):
        p0, p1 = m0 * c0, m1 * c2
        c0, c1 = (p1 >> shift) ^ c1 ^ np.uint64(k0), p1 & mask
        c2, c3 = (p0 >> shift) ^ c3 ^ np.uint64(k1), p0 & mask
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], axis=-1)


def uniforms(events, blocks, key):
    """Uniform numbers of the given blocks of each event, (n, 4 blocks)."""
    words = philox(np.asarray(blocks, "u8")[None, :], events.astype("u8")[:, None], key)
    return words.reshape(len(events), -1) / 2.0**32


def draw_muons(image, rows, u):
    """Hits of the muons with draws u (n, 21): pT, eta, charge, then two per layer."""
    pt = 3 + 17 * u[:, 0]
    eta = 1.05 * u[:, 1]
    charge = np.where(u[:, 2] < 0.5, -1, 1)
    x = (384 / 1.05 * eta)[:, None] + (charge / pt)[:, None] * BENDS
    seen = u[:, 3:21:2] < EFFICIENCY
    pair = u[:, 4:21:2] < CLUSTER
    pixel = np.floor(x).astype(np.int64)
    neighbour = np.where(x - pixel < 0.5, pixel - 1, pixel + 1)
    for hit, at in ((seen, pixel), (seen & pair, neighbour)):
        event, layer = np.nonzero(hit & (at >= 0) & (at < 384))
        image[rows[event], 384 * layer + at[event, layer]] = 1
    labels = np.stack([pt, eta], axis=1).astype("f4")
    return labels


def draw_noise(image, rows, events, first, u, key):
    """Noise by geometric gaps; u are the draws at hand from number `first` on."""
    log_miss = np.log1p(-NOISE)
    at = np.full(len(rows), -1, np.int64)
    active = np.arange(len(rows))
    step = 0
    while len(active) > 0:
        if step < u.shape[1]:
            draw = u[active, step]
        else:
            number = first + step
            draw = uniforms(events[active], [number >> 2], key)[:, number & 3]
        at[active] += 1 + np.floor(np.log(draw + 0.5 / 2**32) / log_miss).astype(np.int64)
        active = active[at[active] < PIXELS]
        image[rows[active], at[active]] = 1
        step += 1


def same_events(image, labels, events, key):
    u = uniforms(events, [0], key)
    background = u[:, 0] < 0.5
    muon, other = np.nonzero(~background)[0], np.nonzero(background)[0]
    um = np.concatenate([u[muon], uniforms(events[muon], range(1, 8), key)], axis=1)
    labels[muon] = draw_muons(image, muon, um[:, 1:22])
    draw_noise(image, muon, events[muon], 22, um[:, 22:], key)
    ub = np.concatenate([u[other], uniforms(events[other], range(1, 3), key)], axis=1)
    draw_noise(image, other, events[other], 1, ub[:, 1:], key)


def like_events(image, labels, events, rng):
    muon = np.nonzero(rng.random(len(events)) >= 0.5)[0]
    labels[muon] = draw_muons(image, muon, rng.random((len(muon), 21)))
    flat = image.reshape(-1)
    flat[rng.integers(0, flat.size, rng.binomial(flat.size, NOISE))] = 1


def fragment(image):
    windows = image.reshape(-1, 9, 12, 32)
    window = windows.sum(axis=(1, 3), dtype="u2").argmax(axis=1)
    chosen = windows[np.arange(len(window)), :, window]
    pixels = chosen.reshape(-1, 9, 16, 2).sum(axis=3, dtype="u1")
    return window.astype("u1"), pixels.reshape(-1, 144)


def main():
    count, seed, draws = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    stage = key_of(f"{seed}/dataset")
    key = key_of(f"{stage[0]}/{stage[1]}/events")
    rng = np.random.default_rng(seed)
    began = time.process_time()
    parts = []
    for start in range(0, count, CHUNK):
        events = np.arange(start, min(start + CHUNK, count))
        image = np.zeros((len(events), PIXELS), "u1")
        labels = np.zeros((len(events), 2), "f4")
        if draws == "philox":
            same_events(image, labels, events, key)
        else:
            like_events(image, labels, events, rng)
        parts.append((np.packbits(image, axis=1), *fragment(image), labels))
    arrays = [np.concatenate(column) for column in zip(*parts)]
    seconds = time.process_time() - began
    digests = [hashlib.sha256(array.tobytes()).hexdigest() for array in arrays]
    hits = float(np.unpackbits(arrays[0]).sum() / count)
    print(json.dumps({"seconds": seconds, "digests": digests, "hitsPerEvent": hits}))


main()
