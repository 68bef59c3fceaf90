// Brings a recorded state onto the screen and photographs it.
import { kDevices } from './variants.mjs';

// The recorded server's clock; the page's stands still, so that a countdown is the same in each picture.
export const kNow = Date.parse('2026-11-21T10:00:00.000Z');

export class Studio {
  constructor(browser, url) {
    this.browser = browser;
    this.url = url;
    this.visits = 0;
  }

  /** A page that shows the picture's state. The caller closes its context. */
  async show({ state, device, theme, language }, { mode = 'canvas', ...options } = {}) {
    const { before, ...kind } = kDevices[device];
    const context = await this.browser.newContext({
      ...kind, locale: 'en-IN', timezoneId: 'Asia/Kolkata', colorScheme: theme, reducedMotion: 'reduce', ...options,
    });
    try {
      if (before) await context.addInitScript(before);
      const page = await context.newPage();
      await page.clock.setFixedTime(kNow);
      // The recorded server tells visits apart by their address; two at once must not share one.
      const visit = ++this.visits;
      await page.goto(`${this.url}/pay/F508037?still&state=${state.name}&lang=${language}&${mode}&visit=${visit}`);
      // The module has booted when it has named its footer.
      await page.locator('#c-footer-text').waitFor();
      await page.evaluate(() => document.fonts.ready);
      let now = kNow;
      for (const [what, ...rest] of state.do) now = await this.step(page, now, what, rest);
      await this.settle(page);
      return page;
    } catch (error) {
      await context.close();
      throw new Error(`${state.name} on ${device}: ${error.message}`);
    }
  }

  async step(page, now, what, [first, second]) {
    const control = (name) => page.locator(`#c-${name}`);
    if (what === 'type') {
      await control(first).fill(second);
    } else if (what === 'press') {
      // A finger leaves no hover behind; a mouse is taken away.
      if (await page.evaluate(() => navigator.maxTouchPoints > 0)) await control(first).tap();
      else await control(first).click();
      await page.mouse.move(0, 0);
      await this.settle(page);
    } else if (what === 'leave') {
      await page.locator(':focus').blur();
    } else if (what === 'see') {
      await control(first).waitFor();
    } else if (what === 'gone') {
      await control(first).waitFor({ state: 'detached' });
    } else if (what === 'offline') {
      await page.context().setOffline(true);
    } else if (what === 'later') {
      await this.settle(page);
      now += first;
      await page.clock.setFixedTime(now);
      // A change of size is a reason for a frame, and a frame looks at the clock.
      await page.evaluate(() => window.dispatchEvent(new Event('resize')));
      await this.settle(page);
    } else {
      throw new Error(`no such step: ${what}`);
    }
    return now;
  }

  /** Answers are in, the canvas shows what the nodes say, and a reader is given all of it (mirror.js). */
  async settle(page) {
    await page.waitForLoadState('load');
    for (let i = 0; i < 3; ++i) {
      await page.evaluate(() => new Promise((done) => {
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 20)));
      }));
    }
    await page.waitForFunction(() => !document.querySelector('[role=status] > [aria-hidden]'));
  }

  /** The whole page in the window. A screenshot of more than the window has may come before the canvas is painted anew. */
  async unroll(page) {
    const { width, height } = page.viewportSize();
    const all = await page.evaluate(() => document.documentElement.scrollHeight);
    if (all <= height) return;
    await page.setViewportSize({ width, height: all });
    await page.waitForFunction((px) => innerHeight === px, all);
    await this.settle(page);
  }

  async shoot(picture, options) {
    const page = await this.show(picture, options);
    try {
      // A window's own height is what a customer sees; a longer page is shown whole.
      await this.unroll(page);
      return await page.screenshot({ animations: 'disabled' });
    } finally {
      await page.context().close();
    }
  }
}
