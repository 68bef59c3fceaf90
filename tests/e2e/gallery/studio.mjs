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

  /** An empty page of that device. The caller closes its context. */
  async page({ device, theme }, options = {}) {
    const { before, ...kind } = kDevices[device];
    const context = await this.browser.newContext({
      ...kind, locale: 'en-IN', timezoneId: 'Asia/Kolkata', colorScheme: theme, reducedMotion: 'reduce', ...options,
    });
    if (before) await context.addInitScript(before);
    return context.newPage();
  }

  /** A page that shows the picture's state. The caller closes its context. */
  async show(picture, { mode = 'canvas', ...options } = {}) {
    const page = await this.page(picture, options);
    try {
      await this.bring(page, picture, mode);
      return page;
    } catch (error) {
      await page.context().close();
      throw error;
    }
  }

  /** Brings the state onto a page of its device. */
  async bring(page, { state, device, language }, mode = 'canvas') {
    try {
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
    } catch (error) {
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

  /** A window's own height is what a customer sees; a longer page is shown whole. */
  async take(page) {
    await this.unroll(page);
    return page.screenshot({ animations: 'disabled' });
  }
}

/** Pictures one after the other, on one page as long as they are of one kind: a new page costs as much as its picture. */
export class Roll {
  constructor(studio, options = {}) {
    this.studio = studio;
    this.options = options;
  }

  async shoot(picture, mode) {
    const kind = `${picture.device} ${picture.theme}`;
    if (this.kind === kind) await this.forget(picture);
    else await this.begin(picture);
    this.kind = undefined;
    await this.studio.bring(this.page, picture, mode);
    const png = await this.studio.take(this.page);
    // A tab that was to open an app takes no more clicks.
    const isSpent = picture.state.do.some(([what, name]) => what === 'press' && name.startsWith('app-'));
    if (!isSpent) this.kind = kind;
    return png;
  }

  async begin(picture) {
    await this.close();
    this.page = await this.studio.page(picture, this.options);
  }

  /** What the page showed before is gone, and what it kept of it. */
  async forget({ device }) {
    const context = this.page.context();
    await context.setOffline(false);
    await context.clearCookies();
    await this.page.setViewportSize(kDevices[device].viewport);
    await this.page.goto(`${this.studio.url}/`);
    await this.page.evaluate(() => {
      sessionStorage.clear();
      localStorage.clear();
    });
  }

  async close() {
    await this.page?.context().close();
    this.page = undefined;
  }
}
