// scripts/dev, as docs/frontend.md promises it: what is saved is seen, and the page is where it was. In a copy of the
// tree, so that a test that dies leaves no edit behind; the copy's first build takes half a minute on two cores.
// How long each edit took is printed; who measures on a quiet machine is bench/page/dev_loop.mjs.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { launch, openContext } from './support/browser.mjs';
import { freePort, Program } from './support/process.mjs';
import { say } from './support/texts.mjs';
import { eventually } from './support/wait.mjs';
import { kOut } from './support/world.mjs';

const kRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const kTree = path.join(kRoot, 'build/dev-loop');
const kCopied = ['CMakeLists.txt', 'CMakePresets.json', 'emsdk.cmake', 'index.html', 'scripts', 'shared', 'tests', 'web'];
// A compiler on a machine that others use.
const kBuildMs = 120_000, kFirstBuildMs = 600_000;

describe('scripts/dev', () => {
  let dev, browser, phone, desktop, was;

  before(async () => {
    fs.rmSync(kTree, { recursive: true, force: true });
    for (const name of kCopied) {
      fs.cpSync(path.join(kRoot, name), path.join(kTree, name), {
        recursive: true, filter: (from) => !/\/(node_modules|out)$/.test(from),
      });
    }
    fs.symlinkSync(path.join(kRoot, 'third_party'), path.join(kTree, 'third_party'));
    const { CHUKTA_URL: _, ...env } = process.env;
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    fs.mkdirSync(kOut, { recursive: true });
    dev = new Program({
      name: 'scripts/dev',
      path: path.join(kTree, 'scripts/dev'),
      env: { ...env, DEV_PORT: String(port) },
      readyUrl: `${url}/`,
      logFile: path.join(kOut, 'dev.log'),
      patience: kFirstBuildMs,
    });
    const begun = Date.now();
    [browser] = await Promise.all([launch(), dev.start()]);
    console.log(`       scripts/dev was up in ${seconds(begun)}`);

    const open = async (device, state) => {
      const page = await (await openContext(browser, device)).newPage();
      await page.goto(`${url}/pay/F508037?state=${state}&canvas`);
      return page;
    };
    phone = await open('android', 'ten_items');
    await phone.locator('#c-items').tap();
    await phone.locator('#c-vpa').fill('asha@okax');
    await phone.evaluate(() => {
      document.getElementById('c-vpa').setSelectionRange(3, 3);
      scrollTo(0, 300);
    });
    desktop = await open('desktop', 'choose');
    await desktop.locator('#c-show-qr').click();
    await desktop.locator('#c-qr').waitFor();
    was = await where();
    const expected = { typed: 'asha@okax', focus: 'c-vpa', caret: 3, scroll: 300, items: 10, code: true };
    assert.deepEqual(was, expected);
  });
  after(async () => {
    await browser?.close();
    await dev?.stop();
    fs.rmSync(kTree, { recursive: true, force: true });
  });

  const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;
  /** What somebody who works on the page would have to do again. */
  const where = async () => ({
    ...await phone.evaluate(() => {
      const field = document.getElementById('c-vpa');
      const items = document.querySelectorAll('#m li').length;
      return { typed: field.value, focus: document.activeElement.id, caret: field.selectionStart, scroll: scrollY, items };
    }),
    // The state that a press led to.
    code: await desktop.locator('#c-qr').isVisible(),
  });
  const isWhereItWas = () => eventually('the page is where it was', async () => {
    assert.deepEqual(await where(), was);
    return true;
  });
  const isSameDocument = () => phone.evaluate(() => window.marked === true);
  const height = () => phone.locator('#m').evaluate((element) => parseFloat(element.style.getPropertyValue('--height')));
  const told = () => phone.locator('body > pre');

  const read = (name) => fs.readFileSync(path.join(kTree, name), 'utf8');
  /** Names of what was compiled since then: an edit is quick because it is one. */
  const compiled = (since) => fs.readdirSync(path.join(kTree, 'build/dev-wasm'), { recursive: true })
    .filter((name) => name.endsWith('.o') && fs.statSync(path.join(kTree, 'build/dev-wasm', name)).mtimeMs > since)
    .map((name) => path.basename(name));
  /** Saves the text as an editor does, and waits until the phone shows it; gives what was compiled for it. */
  const save = async (name, text, shows) => {
    assert.notEqual(text, read(name), name);
    await phone.evaluate(() => (window.marked = true));
    const begun = Date.now();
    fs.writeFileSync(path.join(kTree, name), text);
    await eventually(`${name} is seen`, shows, { timeout: kBuildMs, every: 20 });
    console.log(`       ${name}: ${seconds(begun)}`);
    return compiled(begun);
  };

  test('a style is there without a reload', async () => {
    await save('web/css/page.css', `${read('web/css/page.css')}\n.k { letter-spacing: 1px; }\n`,
      () => phone.locator('#c-vpa').evaluate((field) => getComputedStyle(field).letterSpacing === '1px'));
    assert.ok(await isSameDocument());
    await isWhereItWas();
  });

  test('C++ is a new module, and the page is where it was', async () => {
    const tall = await height();
    const built = await save('web/view.cpp', read('web/view.cpp').replace('std::ceil(ui.y * env.text_scale)', '$& + 16'),
      async () => (await height()) === tall + 16);
    assert.deepEqual(built, ['view.cpp.o']);
    assert.equal(await isSameDocument(), false);
    await isWhereItWas();
  });

  test('a word is there, and the page is where it was', async () => {
    const words = read('shared/messages.inc');
    const built = await save('shared/messages.inc', words.replace(`(MakePayment, "${say('MakePayment')}"`, '(MakePayment, "Pay Now"'),
      async () => (await phone.locator('#c-pay').innerText()) === 'Pay Now');
    assert.deepEqual(built, ['messages.cpp.o']);
    await isWhereItWas();
  });

  test('a colour is there in both, styles and canvas, and the page is where it was', async () => {
    const red = () => phone.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--primary') === '#C01020');
    const built = await save('web/theme.inc', read('web/theme.inc').replace('0x1557E0', '0xC01020'),
      async () => (await red()) && !(await isSameDocument()) && (await height()) > 0);
    assert.deepEqual(built, ['theme.cpp.o']);
    await isWhereItWas();
  });

  test('a mistake is told in the compiler’s words, the page goes on, and mended it is where it was', async () => {
    const right = read('web/view.cpp');
    await save('web/view.cpp', right.replace('namespace chukta::page {', '$&\nmistake\n'), () => told().isVisible());
    for (const words of [await told().innerText(), dev.output.slice(dev.output.indexOf('does not build\n') + 15)]) {
      assert.match(words, /^\S*web\/view\.cpp:\d+:\d+: error: /, 'nothing stands before it');
      assert.doesNotMatch(words, /em\+\+/, 'no command lines');
    }
    assert.ok(await isSameDocument());
    await isWhereItWas();
    for (const open of [false, true]) {
      await phone.locator('#c-items').tap();
      await eventually(`the list is open: ${open}`, async () => ((await where()).items === was.items) === open);
    }
    await phone.reload();
    await told().waitFor();

    await phone.locator('#c-vpa').focus();
    await phone.evaluate(() => {
      document.getElementById('c-vpa').setSelectionRange(3, 3);
      scrollTo(0, 300);
    });
    await isWhereItWas();
    await save('web/view.cpp', right, async () => !(await isSameDocument()) && (await height()) > 0);
    await isWhereItWas();
    assert.equal(await told().count(), 0);
  });

  test('a recorded state begins anew', async () => {
    await save('web/gallery/states.json', read('web/gallery/states.json').replace('"Chai & Co."', '"Chai & Sons"'),
      async () => (await phone.locator('h1').innerText()) === 'Chai & Sons');
    await desktop.locator('#c-show-qr').waitFor();
  });

  test('when it is ended nothing is left running', async () => {
    assert.equal(await dev.stop(), 0);
    await assert.rejects(fetch(dev.readyUrl));
  });
});
