// The pages that the server writes itself look as they were last accepted to look: who says no, and why.
// A deliberate change: scripts/gallery --accept
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { kServerPages, openServerPage, serverPages, shootServerPage } from './gallery/server_pages.mjs';
import { looksAsAccepted, watchedServerPages } from './gallery/watched.mjs';
import { axe, bringAxe } from './support/axe.mjs';
import { launch } from './support/browser.mjs';
import { Customer } from './support/customer.mjs';
import { tooSmall } from './support/reading.mjs';
import { startWorld } from './support/world.mjs';

describe('look of the server’s own pages', () => {
  let world, browser, pages;
  before(async () => {
    [world, browser] = await Promise.all([startWorld('look_server'), launch()]);
    pages = await serverPages(world, await Customer.arrive(browser, world, 'desktop', { mode: 'dom' }));
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  for (const { page, name, ...variant } of watchedServerPages) {
    test(`${name.replaceAll('-', ' ')} looks as accepted`, async () => {
      looksAsAccepted(name, await shootServerPage(browser, pages[page], variant, { deviceScaleFactor: 1 }));
    });
  }

  test('each of them is watched', () => {
    const watched = watchedServerPages.map(({ page }) => page);
    assert.deepEqual(kServerPages.filter((page) => !watched.includes(page)), []);
    assert.deepEqual(Object.keys(pages).sort(), [...kServerPages].sort());
  });

  test('each says in Hindi as much as in English', () => {
    for (const [name, { body }] of Object.entries(pages)) {
      const languages = body.toString().split('<div lang="hi">');
      assert.equal(languages.length, 2, name);
      const [english, hindi] = languages.map((part) => [/<h[12]>/g, /<p>/g].map((tag) => part.match(tag)?.length ?? 0));
      assert.deepEqual(hindi, english, name);
    }
  });

  test('nothing is wrong with any of them, by axe-core', async () => {
    const found = [];
    for (const [name, written] of Object.entries(pages)) {
      for (const theme of ['light', 'dark']) {
        const page = await openServerPage(browser, written, { device: 'phone', theme, language: 'en' }, { bypassCSP: true });
        await bringAxe(page);
        const wrong = [...await axe(page), ...await page.evaluate(tooSmall)];
        found.push(...wrong.map((what) => `${name}, ${theme}: ${what}`));
        await page.context().close();
      }
    }
    assert.deepEqual(found, []);
  });

  test('somebody else’s order looks like one that is not there', () =>
    assert.deepEqual(pages.forbidden.body, pages.not_found.body));
});
