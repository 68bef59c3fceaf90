// The page looks as it was last accepted to look, every QR code on it can be read, and it can be seen in forced
// colours. Against recorded states, so that nothing but the page can change a picture. A deliberate change:
// scripts/gallery --accept
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { loadStates, startRecorded } from '../../web/gallery/recorded.mjs';
import { Roll, Studio } from './gallery/studio.mjs';
import { kDevices, kLanguages, kThemes } from './gallery/variants.mjs';
import { looksAsAccepted, stalePictures, watchedPictures } from './gallery/watched.mjs';
import { launch } from './support/browser.mjs';
import { readQr } from './support/pictures.mjs';
import { decodePng } from './support/png.mjs';
import { unseen } from './support/seen.mjs';
import { eventually } from './support/wait.mjs';
import { kOut, kWebRoot } from './support/world.mjs';

// State → modules on a side where not every window can give each of them 4 css px.
const kCodes = { qr: 0, qr_short: 0, qr_long: 0, qr_signed: 101 };
// What a person needs to pay, to try again and to go back to the shop.
const kInForcedColours = {
  choose: ['phone', 'tablet', 'desktop'], upi_id_error: ['phone'], waiting_collect: ['phone'],
  failed_declined: ['phone'], paid: ['desktop'],
};

// Two at a time: a picture waits as long as it works.
describe('look', { concurrency: 2 }, () => {
  let server, browser, studio;
  const { states } = loadStates();
  before(async () => {
    [server, browser] = await Promise.all([startRecorded({ dist: kWebRoot }), launch()]);
    studio = new Studio(browser, server.url);
    fs.mkdirSync(kOut, { recursive: true });
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  const kinds = new Set(watchedPictures.map(({ device, theme }) => `${device} ${theme}`));
  for (const kind of kinds) {
    // One page for all of a kind, one after the other.
    describe(kind, { concurrency: 1 }, () => {
      let roll;
      before(() => { roll = new Roll(studio, { deviceScaleFactor: 1 }); });
      after(() => roll.close());
      for (const { state, mode, name, ...variant } of watchedPictures) {
        if (`${variant.device} ${variant.theme}` !== kind) continue;
        test(`${name.replaceAll('-', ' ')} looks as accepted`, async () => {
          looksAsAccepted(name, await roll.shoot({ state: states[state], ...variant }, mode));
        });
      }
    });
  }

  test('every state is watched on one of its devices, every device in each theme and language', () => {
    const seen = new Set(watchedPictures.flatMap(({ state, device, theme, language }) =>
      [state, `${device} ${theme} ${language}`]));
    const wanted = [
      ...Object.values(states).filter(({ on }) => on.length > 0).map(({ name }) => name),
      ...Object.keys(kDevices).flatMap((device) =>
        kThemes.flatMap((theme) => kLanguages.map((language) => `${device} ${theme} ${language}`))),
    ];
    assert.deepEqual(wanted.filter((one) => !seen.has(one)), []);
    assert.deepEqual(watchedPictures.filter(({ state, device }) => !states[state]?.on.includes(device)), []);
  });

  test('no picture is kept that nobody watches', () => assert.deepEqual(stalePictures(), []));

  test('a state that is photographed twice at once is itself both times', async () => {
    const there = await Promise.all(['phone', 'large'].map(async (device) => {
      const page = await studio.show({ state: states.upi_id_refused, device, theme: 'light', language: 'en' });
      const isRefused = await page.locator('#c-vpa[aria-invalid]').count() === 1;
      await page.context().close();
      return isRefused;
    }));
    assert.deepEqual(there, [true, true]);
  });

  /** Css px of one module: a row through the upper left finder begins with seven black ones. */
  function moduleSide(png, scale) {
    const { pixels, width, channels } = decodePng(png);
    const isBlack = (x, y) => pixels[(y * width + x) * channels] < 128;
    let from = Math.round(8 * scale);  // past the plate's round corner
    while (!isBlack(from, from)) ++from;
    let left = from;
    while (isBlack(left - 1, from)) --left;
    let right = from;
    while (isBlack(right + 1, from)) ++right;
    return (right - left + 1) / 7 / scale;
  }

  /** @param lines how many modules there are on a side; less than 4 css px each only if the window has no more */
  async function readsBack(name, picture, options, lines = 0) {
    const page = await studio.show(picture, options);
    try {
      const file = path.join(kOut, `look-${name.replaceAll(/[ ,]+/g, '-')}.png`);
      await studio.unroll(page);
      const png = await page.screenshot({ path: file, clip: await page.locator('#c-qr').boundingBox() });
      assert.equal(await readQr(file), picture.state.view.attempt.prompt.text);
      const [wide, held, scale] = await page.evaluate(() =>
        [document.documentElement.scrollWidth, innerWidth, devicePixelRatio]);
      assert.equal(wide, held, 'nothing is beside the window');
      const side = moduleSide(png, scale);
      const most = lines === 0 ? 4 : Math.floor(held * scale / lines) / scale;
      assert.ok(side >= Math.min(4, most) - 0.01, `${side} css px a module`);
    } finally {
      await page.context().close();
    }
  }

  for (const [code, lines] of Object.entries(kCodes)) {
    for (const device of states[code].on) {
      // The dark is read once for each device: there the plate must stay white.
      for (const theme of code === 'qr' ? kThemes : ['light']) {
        const name = `${code} on ${device}, ${theme}`;
        const picture = { state: states[code], device, theme, language: 'en' };
        test(`${name}, is read back`, () => readsBack(name, picture, {}, lines));
      }
    }
  }

  // The narrowest window that a page must fit (WCAG 1.4.10).
  const kNarrow = { viewport: { width: 320, height: 568 }, screen: { width: 320, height: 568 }, deviceScaleFactor: 2 };
  for (const mode of ['canvas', 'dom']) {
    for (const code of ['qr', 'qr_long', 'qr_signed']) {
      const name = `${code} in 320 px, ${mode}`;
      const picture = { state: states[code], device: 'phone', theme: 'light', language: 'en' };
      test(`${name}, is read back`, () => readsBack(name, picture, { mode, ...kNarrow }, kCodes[code]));
    }
  }

  for (const theme of kThemes) {
    // Colours that the system forces reach the page's elements, never a canvas: no mode may keep it.
    for (const mode of ['canvas', 'dom']) {
      const name = `qr in forced colours, ${theme}, ${mode}`;
      const picture = { state: states.qr, device: 'phone', theme, language: 'en' };
      test(`${name}, is read back`, () => readsBack(name, picture, { mode, forcedColors: 'active' }));
    }
    for (const [state, devices] of Object.entries(kInForcedColours)) {
      for (const device of devices) {
        test(`${state} on ${device}, ${theme}, is seen in forced colours`, async () => {
          const picture = { state: states[state], device, theme, language: 'en' };
          const page = await studio.show(picture, { deviceScaleFactor: 1, forcedColors: 'active' });
          try {
            // A busy machine takes a picture of what is below the fold before it is painted.
            let left;
            await eventually('all of it is seen', async () => (left = await unseen(page)).length === 0,
              { timeout: 5_000 }).catch(() => {});
            assert.deepEqual(left, []);
          } finally {
            await page.context().close();
          }
        });
      }
    }
  }
});
