// For everyone: every screen by axe-core, and as a screen reader is given it (docs/accessibility.md).
// Minutes of work, so not among the journeys of scripts/test: tests/e2e/run a11y.check.mjs
//   A11Y_ALL=1   every state in every mode, device, colour scheme and language
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { loadStates, startRecorded } from '../../web/gallery/recorded.mjs';
import { Studio } from './gallery/studio.mjs';
import { launch } from './support/browser.mjs';
import { say } from './support/texts.mjs';
import { kWebRoot } from './support/world.mjs';

const kAxe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const kNoWebGl = ['--disable-gpu', '--disable-software-rasterizer', '--disable-webgl', '--disable-3d-apis'];
const { states } = loadStates();
const kOtherDevices = ['tablet', 'iphone', 'in_app_android', 'in_app_iphone', 'feature_phone'];

// Every screen on the canvas and as elements, on both layouts, in both schemes and languages. Without
// WebGL the page is what it is as elements, so a few screens show that. The rest by A11Y_ALL.
const kFew = ['choose', 'upi_id_error', 'qr', 'waiting_collect', 'failed_declined', 'paid', 'try_later'];
const kPasses = [
  { mode: 'canvas', device: 'phone', theme: 'light', language: 'en' },
  { mode: 'dom', device: 'desktop', theme: 'dark', language: 'hi' },
  { mode: 'no WebGL', device: 'phone', theme: 'dark', language: 'en', only: kFew },
  { mode: 'canvas', device: 'desktop', theme: 'light', language: 'hi', only: kFew },
  { mode: 'dom', device: 'phone', theme: 'light', language: 'en', only: kFew },
  ...kOtherDevices.map((device) => ({ mode: 'dom', device, theme: 'light', language: 'en', rest: true })),
];
const all = (lists) => Object.entries(lists).reduce(
  (rows, [name, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))), [{}],
);
const passes = process.env.A11Y_ALL
  ? all({ mode: ['canvas', 'dom', 'no WebGL'], device: ['phone', 'desktop', ...kOtherDevices], theme: ['light', 'dark'], language: ['en', 'hi'] })
  : kPasses;

/** The states that a pass is about; `rest`: those that the phone and the desktop do not have. */
const statesOf = ({ device, only, rest }) => Object.values(states).filter(({ name, on }) => on.includes(device) &&
  (!only || only.includes(name)) && (!rest || !(on.includes('phone') || on.includes('desktop'))));

/** Controls that a thumb may miss, in the page. */
function tooSmall() {
  return [...document.querySelectorAll('#m :is(button, a, input)')]
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([, { width, height }]) => width < 44 || height < 44)
    .map(([one, { width, height }]) => `${one.id} ${Math.round(width)} × ${Math.round(height)}`);
}

describe('for everyone', () => {
  let server, browser, plain;
  before(async () => {
    [server, browser, plain] = await Promise.all([
      startRecorded({ dist: kWebRoot }), launch(), launch({ args: kNoWebGl }),
    ]);
  });
  after(async () => {
    await browser?.close();
    await plain?.close();
    await server?.close();
  });

  /** A page in that state. One device pixel to a css pixel: nobody looks at it. The caller closes its context. */
  const open = ({ mode, ...picture }, options = {}) => {
    const studio = new Studio(mode === 'no WebGL' ? plain : browser, server.url);
    return studio.show(picture, { mode: mode === 'no WebGL' ? 'auto' : mode, deviceScaleFactor: 1, ...options });
  };

  /** What is wider than the window, zoomed and with large text. */
  const sideways = async (page) => {
    const found = [];
    const look = (what) => page.waitForFunction(
      () => document.documentElement.scrollWidth <= document.documentElement.clientWidth, null, { timeout: 2000 },
    ).catch(() => found.push(`sideways scroll: ${what}`));
    const size = page.viewportSize();
    // 1280 css px at 400 % are 320.
    await page.setViewportSize({ width: 320, height: 256 });
    await look('400 % zoom');
    await page.setViewportSize(size);
    const height = () => page.evaluate(() => parseFloat(document.getElementById('m').style.getPropertyValue('--height')));
    const before = await height();
    await page.evaluate(() => {
      document.documentElement.style.fontSize = '200%';
      window.dispatchEvent(new Event('resize'));  // a browser's setting takes effect on the next load
    });
    await page.waitForFunction(
      (was) => parseFloat(document.getElementById('m').style.getPropertyValue('--height')) > 1.2 * was, before,
      { timeout: 5000 },
    ).catch(() => found.push('200 % text changes nothing'));
    await look('200 % text');
    return found;
  };

  const problemsOf = async (page) => {
    await page.evaluate(kAxe);
    const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] }));
    return [
      ...violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`),
      ...(await page.evaluate(tooSmall)).map((what) => `under 44 px: ${what}`),
    ];
  };

  for (const pass of passes) {
    const { mode, device, theme, language } = pass;
    test(`every screen: ${mode}, ${device}, ${theme}, ${language}`, async () => {
      const found = [];
      for (const state of statesOf(pass)) {
        const page = await open({ ...pass, state });
        const canvas = await page.evaluate(() => document.documentElement.classList.contains('gl'));
        assert.equal(canvas, mode === 'canvas', state.name);
        const problems = await problemsOf(page);
        if (!pass.only) problems.push(...await sideways(page));
        found.push(...problems.map((what) => `${state.name}: ${what}`));
        await page.context().close();
      }
      assert.deepEqual(found, []);
    });
  }

  for (const device of ['phone', 'desktop']) {
    test(`a screen reader is given one tree, painted or not (${device})`, async () => {
      for (const state of statesOf({ device, only: [...kFew, 'upi_id_suggestion', 'channel_closed'] })) {
        const trees = [];
        for (const mode of ['canvas', 'dom']) {
          const page = await open({ state, device, theme: 'light', language: 'en', mode });
          trees.push(await page.locator('body').ariaSnapshot());
          await page.context().close();
        }
        assert.equal(trees[0], trees[1], state.name);
      }
    });
  }

  test('with reduced motion nothing turns', async () => {
    // The studio asks for reduced motion, as pictures need it.
    const page = await open({ mode: 'canvas', state: states.waiting_intent, device: 'phone', theme: 'light', language: 'en' });
    assert.deepEqual(await page.evaluate(() => document.getAnimations().map((one) => one.animationName)), []);
    await page.context().close();
  });

  test('a countdown is not read out each second; its last minute is said once', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(`${server.url}/pay/F508037?state=qr&canvas`);
    await page.getByRole('timer').waitFor();
    await page.evaluate(() => {
      window.spoken = [];
      const live = '[role=status], [role=alert], [aria-live]:not([aria-live=off])';
      const note = (node) => {
        const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
        const speaks = element?.closest?.(live) ?? element?.querySelector?.(live);
        if (speaks && window.spoken.at(-1) !== speaks.textContent) window.spoken.push(speaks.textContent);
      };
      new MutationObserver((records) => {
        for (const { target, addedNodes, type } of records) {
          if (type === 'characterData') note(target);
          addedNodes.forEach(note);
        }
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    const timer = page.getByRole('timer');
    const time = await timer.innerText();
    await page.clock.runFor(5_000);
    assert.notEqual(await timer.innerText(), time, 'the countdown runs');
    assert.deepEqual(await page.evaluate(() => window.spoken), []);
    const [minutes, seconds] = (await timer.innerText()).split(':').map(Number);
    await page.clock.fastForward((minutes * 60 + seconds - 58) * 1000);
    await page.getByText(say('OneMinuteLeft')).waitFor({ state: 'attached' });
    await page.clock.runFor(5_000);
    assert.deepEqual(await page.evaluate(() => window.spoken), [say('OneMinuteLeft')]);
    await context.close();
  });
});
