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
import { kDevices } from './gallery/variants.mjs';
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
];
const kCodes = ['qr', 'qr_short', 'qr_long'];

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

  const kAround = 12;  // css px of the card, beside the code's plate
  /** Css px of one module: the first black on the plate's diagonal is the quiet zone's end. */
  function moduleSide(png, scale) {
    const { pixels, width, channels } = decodePng(png);
    const from = Math.round(kAround * scale);
    let step = Math.round(8 * scale);  // past the plate's round corner
    while (pixels[((from + step) * width + from + step) * channels] > 128) ++step;
    return step / 4 / scale;
  }

  for (const code of kCodes) {
    for (const device of states[code].on) {
      // The dark is read once for each device: there the plate must stay white.
      for (const theme of code === 'qr' ? ['light', 'dark'] : ['light']) {
        test(`${code} on ${device}, ${theme}, is read back`, async () => {
          const picture = { state: states[code], device, theme, language: 'en' };
          const page = await studio.show(picture);
          try {
            const file = path.join(kOut, `look-${code}-${device}-${theme}.png`);
            const { x, y, width, height } = await page.locator('#c-qr').boundingBox();
            const clip = { x: x - kAround, y: y - kAround, width: width + 2 * kAround, height: height + 2 * kAround };
            const png = await page.screenshot({ path: file, fullPage: true, clip });
            assert.equal(await readQr(file), states[code].view.attempt.prompt.text);
            const side = moduleSide(png, kDevices[device].deviceScaleFactor);
            assert.ok(side >= 3.99, `${side} css px a module`);
          } finally {
            await page.context().close();
          }
        });
      }
    }
  }

  test('no picture is kept that nobody watches', () => {
    const watched = kWatched.map((one) => `${one.replaceAll(' ', '-')}.png`);
    const stale = fs.readdirSync(kBaseline).filter((file) => !watched.includes(file));
    if (kAccept) return stale.forEach((file) => fs.rmSync(path.join(kBaseline, file)));
    return assert.deepEqual(stale, []);
  });
});
