// For everyone: every screen by axe-core, at 400 % zoom and with text of 200 %, painted and as elements; and
// as a screen reader is given it (docs/accessibility.md). Against recorded states.
//   A11Y_ALL=1   every device in both schemes and languages (minutes; scripts/heavy a11y)
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { loadStates, startRecorded } from '../../web/gallery/recorded.mjs';
import { kNow, Studio } from './gallery/studio.mjs';
import { axe, bringAxe } from './support/axe.mjs';
import { launch } from './support/browser.mjs';
import { cutOff, isDrawnAsLarge, isPaintedAsWide, listen, nextFrame, outOfOrder, resizeText, textSizes, tooSmall } from './support/reading.mjs';
import { say } from './support/texts.mjs';
import { kWebRoot } from './support/world.mjs';

const kTrees = path.join(path.dirname(fileURLToPath(import.meta.url)), 'gallery/trees');
const kAccept = process.env.CHUKTA_ACCEPT_LOOK === '1';
const kNoWebGl = ['--disable-gpu', '--disable-software-rasterizer', '--disable-webgl', '--disable-3d-apis'];
const { states } = loadStates();
const kPatienceMs = 5000;
const kOtherDevices = ['iphone', 'in_app_android', 'in_app_iphone', 'feature_phone'];
// A tablet shows what others do, in a layout of its own where there are ways to pay.
const kOnTablet = ['choose', 'switch_method', 'failed_declined', 'channel_closed'];

// Each state is opened once on the canvas; then its WebGL is taken away, and it is its elements, by day and
// by night. So each pass is every screen in three forms.
const kPasses = [
  { device: 'phone', language: 'en' },
  { device: 'desktop', language: 'hi' },
  { device: 'tablet', language: 'en', only: kOnTablet },
  ...kOtherDevices.map((device) => ({ device, language: 'en', rest: true })),
];
const kAllPasses = ['phone', 'desktop', 'tablet', 'ipad', 'desktop_site', ...kOtherDevices]
  .flatMap((device) => ['en', 'hi'].map((language) => ({ device, language })));
const passes = process.env.A11Y_ALL ? kAllPasses : kPasses;
// Where there is no room, the word beside the lock goes; the amount, which no line may break, is as large
// as the window is wide.
const kMayGo = ['c-secure'], kLargeAlready = ['c-amount'];
// What a reader hears, kept as text: the main screens.
const kHeard = [
  'choose', 'upi_id_error', 'upi_id_suggestion', 'waiting_intent', 'app_did_not_open', 'waiting_collect', 'qr', 'qr_expired',
  'failed_declined', 'failed_unclear', 'pay_again', 'channel_closed', 'switch_method', 'paid', 'review', 'contact_you', 'try_later', 'order_cancelled', 'attempts_exhausted_unclear',
  'session_ended',
];

/** The states that a pass is about; `rest`: those that the phone and the desktop do not have. */
const statesOf = ({ device, rest, only }) => Object.values(states).filter(({ name, on }) => on.includes(device) &&
  (!only || only.includes(name)) && (!rest || !(on.includes('phone') || on.includes('desktop'))));

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
  const open = (picture, { mode = 'canvas', on = browser, ...options } = {}) =>
    new Studio(on, server.url).show({ theme: 'light', ...picture }, { mode, deviceScaleFactor: 1, ...options });
  const isPainted = (page) => page.evaluate(() => document.documentElement.classList.contains('gl'));
  const heard = (page) => page.locator('body').ariaSnapshot();

  const enlargeText = async (page, percent) => {
    await page.evaluate(resizeText, percent);
    await page.waitForFunction(isDrawnAsLarge, percent);
    await page.evaluate(nextFrame);
  };

  /** What is lost at 320 css px, which is 1280 at 400 %, and with text of 200 %. */
  const enlarged = async (page) => {
    const size = page.viewportSize();
    const found = [];
    // The page hears late of its window's size on a busy machine; what is still wrong when it must have heard is wrong.
    const look = async (what) => {
      let wrong;
      for (const until = Date.now() + kPatienceMs; (wrong = await page.evaluate(cutOff)).length > 0 && Date.now() < until;) {
        await page.evaluate(nextFrame);
      }
      for (const one of wrong) found.push(`${what}: ${one}`);
    };
    await page.setViewportSize({ width: 320, height: 256 });
    await page.waitForFunction(isPaintedAsWide, 320);
    await look('400 % zoom');
    await page.setViewportSize(size);
    await page.waitForFunction(isPaintedAsWide, size.width);
    const small = await page.evaluate(textSizes);
    await enlargeText(page, 200);
    await look('200 % text');
    const large = await page.evaluate(textSizes);
    for (const [id, px] of Object.entries(small)) {
      if (kMayGo.includes(id)) continue;
      if (!large[id]) found.push(`200 % text: ${id} is gone`);
      else if (large[id] < 1.7 * px && !kLargeAlready.includes(id)) found.push(`200 % text: ${id} is still small: ${px}, ${large[id]}`);
    }
    await enlargeText(page, 100);
    return found;
  };

  const problemsOf = async (page) => {
    const found = [];
    const note = (form, what) => found.push(...what.map((one) => `${form}: ${one}`));
    assert.ok(await isPainted(page));
    await bringAxe(page);
    const trees = [await heard(page)];
    // Words over the canvas are transparent: their colours are looked at where they are the page.
    note('canvas', await axe(page, { rules: { 'color-contrast': { enabled: false } } }));
    note('canvas', await page.evaluate(tooSmall));
    note('canvas', await page.evaluate(outOfOrder));
    note('canvas', await enlarged(page));
    await page.evaluate(() => document.getElementById('gl').getContext('webgl').getExtension('WEBGL_lose_context').loseContext());
    await page.waitForFunction(() => !document.documentElement.classList.contains('gl'));
    trees.push(await heard(page));
    if (trees[0] !== trees[1]) note('elements', [`another tree:\n${trees[1]}\nand not\n${trees[0]}`]);
    note('elements', await axe(page));
    note('elements', await page.evaluate(tooSmall));
    note('elements', await page.evaluate(outOfOrder));
    note('elements', await enlarged(page));
    await page.emulateMedia({ colorScheme: 'dark' });
    note('elements, dark', await axe(page, { runOnly: ['color-contrast'] }));
    return found;
  };

  /** Nothing is wrong with any state of the pass, opened so; two at a time. */
  const findsNothing = async (pass, look, how) => {
    const queue = statesOf(pass);
    assert.ok(queue.length > 0, 'a pass without a state finds nothing');
    const found = [];
    const work = async () => {
      for (let state = queue.shift(); state; state = queue.shift()) {
        const page = await open({ ...pass, state }, how);
        found.push(...(await look(page)).map((what) => `${state.name}: ${what}`));
        await page.context().close();
      }
    };
    await Promise.all([work(), work()]);
    assert.deepEqual(found, []);
  };

  for (const pass of passes) {
    test(`every screen on ${pass.device}, ${pass.language}`, () => findsNothing(pass, problemsOf));
  }

  // Where there never was a WebGL, a screen is the same elements as where it was taken away.
  for (const device of process.env.A11Y_ALL ? ['phone', 'desktop'] : ['phone']) {
    test(`every screen without WebGL on ${device}`, () => findsNothing({ device, language: 'en' }, async (page) => {
      assert.equal(await isPainted(page), false);
      await bringAxe(page);
      return [...await axe(page), ...await page.evaluate(tooSmall)];
    }, { mode: 'auto', on: plain }));
  }

  for (const device of ['phone', 'desktop']) {
    test(`a screen reader is given what was accepted (${device})`, async () => {
      fs.mkdirSync(kTrees, { recursive: true });
      for (const name of kHeard.filter((one) => states[one].on.includes(device))) {
        const page = await open({ state: states[name], device, language: 'en' }, { mode: 'dom' });
        const tree = `${await page.title()}\n${await heard(page)}\n`;
        await page.context().close();
        const file = path.join(kTrees, `${name}-${device}.txt`);
        if (kAccept) fs.writeFileSync(file, tree);
        else assert.equal(tree, fs.readFileSync(file, 'utf8'), `${name}; if it is meant: scripts/gallery --accept`);
      }
    });
  }

  test('only the way to the other language is in another, and says so', async () => {
    for (const [language, other] of [['en', 'hi'], ['hi', 'en']]) {
      const page = await open({ state: states.choose, device: 'phone', language });
      const parts = await page.evaluate(() => [...document.body.querySelectorAll('[lang]')].map((one) => [one.id, one.lang]));
      await page.context().close();
      assert.deepEqual(parts, [['c-language', other]]);
    }
  });

  test('Tab goes through every control and on, and Shift+Tab back', async () => {
    for (const name of ['choose', 'upi_id_error', 'switch_method', 'qr']) {
      const page = await open({ state: states[name], device: 'phone', language: 'en' });
      const controls = await page.evaluate(() => [...document.querySelectorAll('#m :is(button, a[href], input)')].map((one) => one.id));
      assert.ok(controls.length > 2, name);
      const focused = () => page.evaluate(() => document.activeElement.id);
      const walk = async (key, ids) => {
        for (const id of ids) {
          await page.keyboard.press(key);
          assert.equal(await focused(), id, `${name}: ${key}`);
        }
      };
      await page.locator(`#${controls[0]}`).focus();
      await walk('Tab', controls.slice(1));
      await page.keyboard.press('Tab');
      assert.notEqual(await focused(), controls.at(-1), `${name}: held at the end`);
      await page.locator(`#${controls.at(-1)}`).focus();
      await walk('Shift+Tab', controls.slice(0, -1).reverse());
      await page.context().close();
    }
  });

  test('with reduced motion nothing turns', async () => {
    // The studio asks for reduced motion, as pictures need it.
    const page = await open({ state: states.waiting_intent, device: 'phone', language: 'en' });
    assert.deepEqual(await page.evaluate(() => document.getAnimations().map((one) => one.animationName)), []);
    await page.context().close();
  });

  test('what comes up is said in a region that was there before', async () => {
    const saysAloud = (page, words) => page.waitForFunction((one) => window.spoken.includes(one), words, { timeout: kPatienceMs })
      .catch(async () => assert.fail(`not said: “${words}”, but ${JSON.stringify(await page.evaluate(() => window.spoken))}`));
    const phone = await open({ state: states.choose, device: 'phone', language: 'en' });
    await phone.evaluate(listen);
    await phone.locator('#c-vpa').fill('asha@okaxsi');
    await phone.keyboard.press('Tab');
    await saysAloud(phone, say('VpaUnknownHandle', 'okaxsi'));
    await phone.locator('#c-show-qr').click();
    await saysAloud(phone, say('WaitingQr'));
    await phone.locator('#c-another-way').click();
    await saysAloud(phone, say('StillOpen'));
    await phone.context().close();

    const permissions = ['clipboard-read', 'clipboard-write'];
    const iphone = await open({ state: states.in_app_browser, device: 'in_app_iphone', language: 'en' }, { permissions });
    await iphone.evaluate(listen);
    await iphone.locator('#c-way-out').tap();
    await saysAloud(iphone, say('LinkCopied'));
    await iphone.context().close();

    const code = await open({ state: states.qr_checking, device: 'phone', language: 'en' });
    await code.evaluate(listen);
    await new Studio(browser, server.url).step(code, kNow, 'later', [21_000]);
    await saysAloud(code, say('QrExpired'));
    await code.context().close();
  });

  test('a countdown is not read out each second; its last minute is said once', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(`${server.url}/pay/F508037?state=qr&canvas`);
    await page.getByRole('timer').waitFor();
    await page.evaluate(listen);
    const timer = page.getByRole('timer');
    const time = await timer.innerText();
    await page.clock.runFor(5_000);
    assert.notEqual(await timer.innerText(), time, 'the countdown runs');
    assert.deepEqual(await page.evaluate(() => window.spoken), []);
    const [minutes, seconds] = (await timer.innerText()).split(':').map(Number);
    await page.clock.fastForward((minutes * 60 + seconds - 58) * 1000);
    await page.getByText(say('LessThanAMinute')).waitFor({ state: 'attached' });
    await page.clock.runFor(5_000);
    assert.deepEqual(await page.evaluate(() => window.spoken), [say('LessThanAMinute')]);
    await context.close();
  });
});
