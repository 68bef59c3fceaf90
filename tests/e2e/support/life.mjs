// What happens to a page in its life, for tests: it is hidden, its graphics are lost, its canvas lies.

/** Counts frames and lets a test hide the tab; a headless tab is always in front. Before page scripts. */
export function watchLife() {
  if (window.life) return;  // the first document of a new tab is given the script twice
  let hidden = false;
  const life = { frames: 0 };
  const ask = requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (work) => ask((now) => {
    life.frames += 1;
    work(now);
  });
  Object.defineProperty(document, 'hidden', { get: () => hidden });
  Object.defineProperty(document, 'visibilityState', { get: () => (hidden ? 'hidden' : 'visible') });
  life.hide = (yes) => {
    hidden = yes;
    document.dispatchEvent(new Event('visibilitychange'));
  };
  window.life = life;
}

/** Counts the frames that are asked for: a browser gives none to a hidden tab. Before page scripts. */
export function countFrames() {
  window.frames_asked = 0;
  const ask = requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (work) => {
    window.frames_asked += 1;
    return ask(work);
  };
}

export const hide = (page) => page.evaluate(() => window.life.hide(true));
export const show = (page) => page.evaluate(() => window.life.hide(false));
export const frames = (page) => page.evaluate(() => window.life.frames);

/** As browsers do that guard against fingerprints: what is read of a canvas is not what was drawn. */
export function poisonCanvas(most) {
  const read = CanvasRenderingContext2D.prototype.getImageData;
  CanvasRenderingContext2D.prototype.getImageData = function poisoned(...box) {
    const picture = read.apply(this, box);
    // The same noise in every run.
    let seed = 7;
    for (let i = 0; i < picture.data.length; i += 1) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      picture.data[i] += (seed % (2 * most + 1)) - most;
    }
    return picture;
  };
}

/** Drawing that takes longer than an eye forgives. */
export function slowGraphics(ms) {
  // This machine's graphics are software, and say so.
  const extension = WebGLRenderingContext.prototype.getExtension;
  WebGLRenderingContext.prototype.getExtension = function unnamed(name) {
    return name === 'WEBGL_debug_renderer_info' ? null : extension.call(this, name);
  };
  const draw = WebGLRenderingContext.prototype.drawElements;
  WebGLRenderingContext.prototype.drawElements = function slow(...what) {
    const end = performance.now() + ms;
    while (performance.now() < end);
    return draw.apply(this, what);
  };
}

/** Runs before the page: notes each time that it goes onto the canvas. */
export function watchModes() {
  window.modes = [];
  new MutationObserver(() => {
    if (document.documentElement?.classList.contains('gl')) window.modes.push('canvas');
  }).observe(document, { attributes: true, attributeFilter: ['class'], subtree: true });
}

/** The name of what has the focus. */
export const focused = (page) => page.evaluate(() => {
  const element = document.activeElement;
  return element.getAttribute('aria-label') ?? (element.labels?.[0]?.textContent || element.textContent);
});

/** Tab until that has the focus, as somebody without a mouse does. */
export async function tabTo(page, name) {
  const passed = [];
  for (let n = 0; n < 40; n += 1) {
    const here = await focused(page);
    if (here === name) return;
    passed.push(here?.slice(0, 30));
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reaches “${name}”; it passed ${passed.join(', ')}`);
}
