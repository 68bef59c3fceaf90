// What somebody who does not see the page, or sees it large, is given of it. Run inside the page.

/** Controls that a thumb may miss. */
export function tooSmall() {
  return [...document.querySelectorAll('#m :is(button, a, input)')]
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([, { width, height }]) => width < 44 || height < 44)
    .map(([one, { width, height }]) => `under 44 px: ${one.id} ${Math.round(width)} × ${Math.round(height)}`);
}

/** Words and controls that leave the window at its side, or lie on each other. */
export function cutOff() {
  const found = [];
  const seen = [];
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > wide) found.push(`scrolls sideways: ${document.documentElement.scrollWidth} of ${wide}`);
  // Over the canvas words end with their element, as what is painted does.
  const isPainted = document.documentElement.classList.contains('gl');
  for (const one of document.querySelectorAll('#m .k:not(.spoken)')) {
    if (one.querySelector('.k')) continue;
    const isControl = one.matches('button, a, input, .img, .spinner');
    const range = document.createRange();
    range.selectNodeContents(one);
    const whole = one.getBoundingClientRect();
    const words = range.getBoundingClientRect();
    const box = isControl ? whole : {
      left: words.left, top: words.top,
      right: isPainted ? Math.min(words.right, whole.right) : words.right,
      bottom: isPainted ? Math.min(words.bottom, whole.bottom) : words.bottom,
    };
    if (box.right <= box.left || box.bottom <= box.top) continue;
    if (box.left < -1 || box.right > wide + 1) found.push(`beside the window: ${one.id} ${Math.round(box.left)}–${Math.round(box.right)}`);
    seen.push([one.id, box]);
  }
  // Lines of text have air above and below; words that touch by less can still be read.
  const kAir = 6;
  for (const [i, [id, a]] of seen.entries()) {
    for (const [other, b] of seen.slice(i + 1)) {
      const wideBy = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const highBy = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wideBy > 1 && highBy > kAir) found.push(`on each other: ${id}, ${other}`);
    }
  }
  return found;
}

/**
 * Controls in the order of Tab that do not follow each other from top to bottom. A column begins anew: the code's
 * card, which begins beside the order, is read before the apps below the order on a tablet, after them elsewhere.
 */
export function outOfOrder() {
  const stops = [...document.querySelectorAll('#m :is(button, a[href], input)')].map((one) => [one.id, one.getBoundingClientRect()]);
  return stops.slice(1)
    .filter(([, box], i) => box.bottom < stops[i][1].top && box.left < stops[i][1].right && box.right > stops[i][1].left)
    .map(([id]) => `out of order: ${id}`);
}

/** The size of each text in css px, by its element's id. */
export function textSizes() {
  return Object.fromEntries([...document.querySelectorAll('#m .k:is(h1, h2, p, span, label, button, a, input)')]
    .map((one) => [one.id, parseFloat(getComputedStyle(one).fontSize)]));
}

/**
 * Notes in window.spoken what a reader tells of by itself: words that come into a region which it has known for a
 * while. A status that comes with its words is none; an alert is told of even so.
 */
export function listen() {
  const kKnownMs = 100;
  const known = new Map();
  window.spoken = [];
  const wordsOf = (region) => {
    const copy = region.cloneNode(true);
    copy.querySelectorAll('[aria-hidden=true]').forEach((one) => one.remove());
    return copy.textContent;
  };
  const look = () => {
    const now = performance.now();
    for (const region of document.querySelectorAll('[role=status], [role=alert], [aria-live]:not([aria-live=off])')) {
      const words = wordsOf(region);
      const { since, was } = known.get(region) ?? { since: now, was: '' };
      known.set(region, { since, was: words });
      const isTold = region.matches('[role=alert]') || now - since >= kKnownMs;
      if (isTold && words && words !== was) window.spoken.push(words);
    }
  };
  look();
  window.spoken = [];
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
}

/** After whatever the browser does next. */
export const nextFrame = () => new Promise((done) => { requestAnimationFrame(() => setTimeout(done, 20)); });

/** Whether the window is that wide and the canvas, where there is one, was painted for it. */
export const isPaintedAsWide = (width) => document.documentElement.clientWidth === width &&
  (!document.documentElement.classList.contains('gl') || document.getElementById('gl').width === width * devicePixelRatio);

/** Gives the page that text size. */
export function resizeText(percent) {
  document.documentElement.style.fontSize = `${percent}%`;
}

/** Whether the page was drawn for that text size: every screen has a footer, of 13 px. */
export function isDrawnAsLarge(percent) {
  const size = parseFloat(getComputedStyle(document.getElementById('c-footer-text')).fontSize);
  return (percent > 150) === (size > 13 * 1.5);
}
