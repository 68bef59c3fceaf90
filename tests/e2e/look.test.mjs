// The page looks as it was last accepted to look, and every QR code on it can be read. Against recorded
// states, so that nothing but the page can change a picture. A deliberate change: scripts/gallery --accept
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { loadStates, startRecorded } from '../../web/gallery/recorded.mjs';
import { difference, encodePng, reduced } from './gallery/reduced.mjs';
import { Studio } from './gallery/studio.mjs';
import { launch } from './support/browser.mjs';
import { readQr } from './support/pictures.mjs';
import { decodePng } from './support/png.mjs';

const kHere = path.dirname(fileURLToPath(import.meta.url));
const kRoot = path.resolve(kHere, '../..');
const kBaseline = path.join(kHere, 'gallery/baseline');
const kOut = path.join(kHere, 'out');
const kAccept = process.env.CHUKTA_ACCEPT_LOOK === '1';

// state, device, theme, language, mode: each layout, each theme and language, each kind of card.
const kWatched = [
  'choose phone light en canvas', 'choose phone dark en canvas', 'choose phone light hi canvas',
  'choose phone light en dom', 'choose tablet light en canvas', 'choose desktop light en canvas',
  'choose desktop dark hi canvas', 'long_names phone light en canvas', 'ten_items desktop light en canvas',
  'upi_id_error phone light en canvas', 'upi_id_suggestion desktop light en canvas',
  'waiting_intent phone light en canvas', 'app_did_not_open phone light en canvas',
  'waiting_collect desktop light en canvas', 'qr phone dark en canvas', 'qr desktop light en canvas',
  'failed_declined phone light en canvas', 'failed_declined desktop dark en canvas',
  'channel_closed phone light hi canvas', 'switch_method desktop light en canvas',
  'in_app_browser in_app_android light en canvas', 'paid phone light en canvas',
  'contact_you phone light hi canvas', 'session_ended desktop light en canvas',
  'choose large light en canvas', 'typing phone light en canvas', 'qr_expired phone light en canvas',
  'review phone dark en canvas', 'try_later phone light hi canvas', 'order_cancelled desktop light en canvas',
  'in_app_did_not_open in_app_android light en canvas', 'attempts_exhausted_unclear phone light hi canvas',
];
// State → modules on a side where not every window can give each of them 4 css px.
const kCodes = { qr: 0, qr_short: 0, qr_long: 0, qr_signed: 101 };

describe('look', () => {
  let server, browser, studio;
  const { states } = loadStates();
  before(async () => {
    const dist = path.resolve(kRoot, process.env.WEB_ROOT ?? 'build/wasm/dist');
    [server, browser] = await Promise.all([startRecorded({ dist }), launch()]);
    studio = new Studio(browser, server.url);
    fs.mkdirSync(kOut, { recursive: true });
    fs.mkdirSync(kBaseline, { recursive: true });
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  for (const watched of kWatched) {
    const [state, device, theme, language, mode] = watched.split(' ');
    test(`${watched} looks as accepted`, async () => {
      const picture = { state: states[state], device, theme, language };
      const png = await studio.shoot(picture, { mode, deviceScaleFactor: 1 });
      const now = reduced(png);
      const name = watched.replaceAll(' ', '-');
      const file = path.join(kBaseline, `${name}.png`);
      if (kAccept) return fs.writeFileSync(file, encodePng(now));
      const what = difference(decodePng(fs.readFileSync(file)), now);
      if (what === '') return undefined;
      fs.writeFileSync(path.join(kOut, `look-${name}.png`), png);
      return assert.fail(`${what}; see out/look-${name}.png. If it is meant: scripts/gallery --accept`);
    });
  }

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
      const png = await page.screenshot({ path: file, fullPage: true, clip: await page.locator('#c-qr').boundingBox() });
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
      for (const theme of code === 'qr' ? ['light', 'dark'] : ['light']) {
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

  test('no picture is kept that nobody watches', () => {
    const watched = kWatched.map((one) => `${one.replaceAll(' ', '-')}.png`);
    const stale = fs.readdirSync(kBaseline).filter((file) => !watched.includes(file));
    if (kAccept) return stale.forEach((file) => fs.rmSync(path.join(kBaseline, file)));
    return assert.deepEqual(stale, []);
  });
});
