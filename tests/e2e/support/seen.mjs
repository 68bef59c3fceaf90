// Whether words and controls can be told from what is around them, by the pixels of a screenshot. Styles do not
// say it: in forced colours the browser paints other ones.
import { decodePng } from './png.mjs';

const kWordsMin = 4.5, kEdgeMin = 3;  // WCAG 1.4.3, 1.4.11

/** Run inside the page: its words and controls, in css px of the whole page. */
function places() {
  const box = ({ left, top, width, height }) => ({ x: left + scrollX, y: top + scrollY, width, height });
  return [...document.querySelectorAll('#m .k:not(.spoken)')].filter((one) => !one.querySelector('.k')).map((one) => {
    const whole = box(one.getBoundingClientRect());
    const range = document.createRange();
    range.selectNodeContents(one);
    const isField = one.matches('input');
    // A field's own words are in no range; its corners are round.
    const inner = { x: whole.x + 14, y: whole.y + 6, width: whole.width - 28, height: whole.height - 12 };
    return {
      id: one.id, whole, isControl: one.matches('button, a, input'),
      words: isField ? inner : one.textContent.trim() && box(range.getBoundingClientRect()),
    };
  });
}

/** @param colour 0xrrggbb */
function luminance(colour) {
  const part = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * part(colour >> 16) + 0.7152 * part((colour >> 8) & 255) + 0.0722 * part(colour & 255);
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** The contrast of what stands out most in that box with what there is most of. */
function wordsContrast(at, { x, y, width, height }) {
  const counts = new Map();
  for (let py = Math.ceil(y); py < y + height; ++py) {
    for (let px = Math.ceil(x); px < x + width; ++px) {
      const colour = at(px, py);
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
  }
  const colours = [...counts].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
  return Math.max(...colours.map((colour) => contrast(colour, colours[0])));
}

/** The least contrast, over the four sides, of a control's edge with what is 4 css px outside. */
function edgeContrast(at, { x, y, width, height }, scale) {
  const kReach = 4 * scale;
  const [middleX, middleY] = [x + width / 2, y + height / 2];
  const sides = [
    (n) => at(middleX, y + n), (n) => at(middleX, y + height - n),
    (n) => at(x + n, middleY), (n) => at(x + width - n, middleY),
  ];
  return Math.min(...sides.map((side) => {
    let most = 1;
    for (let n = -kReach + 1; n < kReach; ++n) most = Math.max(most, contrast(side(n), side(-kReach)));
    return most;
  }));
}

/** What cannot be seen, in words. */
export async function unseen(page) {
  const found = await page.evaluate(places);
  const { width, height, channels, pixels } = decodePng(await page.screenshot({ fullPage: true }));
  const scale = await page.evaluate(() => devicePixelRatio);
  const at = (x, y) => {
    const [px, py] = [Math.min(Math.max(Math.round(x), 0), width - 1), Math.min(Math.max(Math.round(y), 0), height - 1)];
    return pixels.readUIntBE((py * width + px) * channels, 3);
  };
  const scaled = (box) => Object.fromEntries(Object.entries(box).map(([side, px]) => [side, px * scale]));
  return found.flatMap(({ id, whole, isControl, words }) => {
    const wrong = [];
    const ofWords = words ? wordsContrast(at, scaled(words)) : kWordsMin;
    if (ofWords < kWordsMin) wrong.push(`words of ${id}: ${ofWords.toFixed(1)}`);
    const ofEdge = isControl ? edgeContrast(at, scaled(whole), scale) : kEdgeMin;
    if (ofEdge < kEdgeMin) wrong.push(`edge of ${id}: ${ofEdge.toFixed(1)}`);
    return wrong;
  });
}
