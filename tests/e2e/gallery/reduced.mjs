// Pictures reduced to what a change of the look cannot hide from and antialiasing can: the mean colour
// of each 8 by 8 css px. A baseline of them is a few kB a picture, where whole pictures would be 100.
import * as zlib from 'node:zlib';
import { decodePng } from '../support/png.mjs';

export const kBlock = 8;  // css px
/// A block differs by this much in one of its colours ...
const kShade = 9;  // of 255
/// ... and a picture by more than this many blocks: a word of a caption is about ten. One letter may pass;
/// what is written is for other tests.
const kBlocksMax = 5;

/** A screenshot at device scale factor 1 → {width, height, pixels: RGB}. */
export function reduced(png) {
  const { width, height, channels, pixels } = decodePng(png);
  const small = { width: Math.ceil(width / kBlock), height: Math.ceil(height / kBlock), channels: 3 };
  small.pixels = Buffer.alloc(small.width * small.height * 3);
  for (let by = 0; by < small.height; ++by) {
    for (let bx = 0; bx < small.width; ++bx) {
      const sums = [0, 0, 0];
      let count = 0;
      for (let y = by * kBlock; y < Math.min((by + 1) * kBlock, height); ++y) {
        for (let x = bx * kBlock; x < Math.min((bx + 1) * kBlock, width); ++x) {
          for (let c = 0; c < 3; ++c) sums[c] += pixels[(y * width + x) * channels + c];
          ++count;
        }
      }
      for (let c = 0; c < 3; ++c) small.pixels[(by * small.width + bx) * 3 + c] = Math.round(sums[c] / count);
    }
  }
  return small;
}

/** What is different, in words; nothing if the two look the same. */
export function difference(before, now) {
  if (before.width !== now.width || before.height !== now.height) {
    const size = ({ width, height }) => `${width * kBlock} × ${height * kBlock}`;
    return `was ${size(before)} css px, is ${size(now)}`;
  }
  const places = [];
  for (let i = 0; i < before.width * before.height; ++i) {
    const off = Math.max(...[0, 1, 2].map((c) => Math.abs(before.pixels[i * 3 + c] - now.pixels[i * 3 + c])));
    if (off > kShade) places.push([i % before.width, Math.floor(i / before.width)]);
  }
  if (places.length <= kBlocksMax) return '';
  const span = (k) => {
    const all = places.map((place) => place[k] * kBlock);
    return `${Math.min(...all)}–${Math.max(...all) + kBlock}`;
  };
  return `${places.length} blocks differ, within x ${span(0)}, y ${span(1)}`;
}

/** The inverse of decodePng, as small as it gets without trying filters. */
export function encodePng({ width, height, pixels }) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(sum(body), body.length + 4);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (width * 3 + 1));
  for (let y = 0; y < height; ++y) {
    const at = y * (width * 3 + 1);
    rows[at] = 2;  // each row as its difference from the one above
    for (let i = 0; i < width * 3; ++i) {
      rows[at + 1 + i] = pixels[y * width * 3 + i] - (y > 0 ? pixels[(y - 1) * width * 3 + i] : 0);
    }
  }
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header), chunk('IDAT', zlib.deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0)),
  ]);
}

function sum(bytes) {
  if (zlib.crc32) return zlib.crc32(bytes);
  // Node 18 has none.
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; ++k) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
