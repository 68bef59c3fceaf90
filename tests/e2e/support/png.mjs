// Enough of PNG to look at Chromium's own screenshots: 8 bits, RGB or RGBA, not interlaced.
import { inflateSync } from 'node:zlib';

export function decodePng(file) {
  let offset = 8;
  let header;
  const parts = [];
  while (offset < file.length) {
    const length = file.readUInt32BE(offset);
    const type = file.toString('latin1', offset + 4, offset + 8);
    const data = file.subarray(offset + 8, offset + 8 + length);
    if (type === 'IHDR') {
      header = { width: data.readUInt32BE(0), height: data.readUInt32BE(4), channels: { 2: 3, 6: 4 }[data[9]] };
      if (data[8] !== 8 || !header.channels || data[12] !== 0) throw new Error('not such a PNG');
    }
    if (type === 'IDAT') parts.push(data);
    offset += length + 12;
  }
  const { width, height, channels } = header;
  const stride = width * channels;
  const raw = inflateSync(Buffer.concat(parts));
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; ++y) {
    const filter = raw[y * (stride + 1)];
    const from = y * stride;
    pixels.set(raw.subarray(from + y + 1, from + y + 1 + stride), from);
    // Millions of bytes: one loop for each filter, nothing made in it.
    if (filter === 1 || (y === 0 && filter === 4)) {
      for (let at = from + channels; at < from + stride; ++at) pixels[at] += pixels[at - channels];
    } else if (filter === 2 && y > 0) {
      for (let at = from; at < from + stride; ++at) pixels[at] += pixels[at - stride];
    } else if (filter === 3) {
      for (let x = 0; x < stride; ++x) {
        const left = x >= channels ? pixels[from + x - channels] : 0;
        const up = y > 0 ? pixels[from + x - stride] : 0;
        pixels[from + x] += (left + up) >> 1;
      }
    } else if (filter === 4) {
      for (let at = from; at < from + channels; ++at) pixels[at] += pixels[at - stride];
      for (let at = from + channels; at < from + stride; ++at) {
        pixels[at] += paeth(pixels[at - channels], pixels[at - stride], pixels[at - stride - channels]);
      }
    }
  }
  return { width, height, channels, pixels };
}

function paeth(a, b, c) {
  const p = a + b - c;
  const pa = Math.abs(p - a), pb = Math.abs(p - b), pc = Math.abs(p - c);
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
}

/** How many colours there are, and the share of the most common one. */
export function colours({ channels, pixels }) {
  const counts = new Map();
  for (let i = 0; i < pixels.length; i += channels) {
    const colour = (pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2];
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const most = Math.max(...counts.values());
  return { count: counts.size, mostCommon: most / (pixels.length / channels) };
}
