// Pictures of every recorded state in every variant, and a page that shows them side by side.
//   node render.mjs --out=folder --dist=build/wasm/dist [--mode=canvas|dom] [words of names ...]
// A picture is taken when its name has every word: "qr dark" gives the codes in the dark.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadStates, startRecorded } from '../../../web/gallery/recorded.mjs';
import { launch } from '../support/browser.mjs';
import { kServerPages, shootServerPages } from './server_pages.mjs';
import { Roll, Studio } from './studio.mjs';
import { allPictures, kDevices } from './variants.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' }, dist: { type: 'string' }, mode: { type: 'string', default: 'canvas' },
    jobs: { type: 'string', default: '2' },
  },
});

const { states } = loadStates();
const isWanted = (name) => {
  const words = name.split('-');
  return positionals.every((word) => words.includes(word));
};
const kindOf = ({ device, theme }) => `${device} ${theme}`;
const wanted = allPictures(states).filter((picture) => isWanted(picture.name))
  .sort((a, b) => kindOf(a).localeCompare(kindOf(b)));

fs.mkdirSync(values.out, { recursive: true });
const [server, browser] = await Promise.all([startRecorded({ dist: values.dist }), launch()]);
const studio = new Studio(browser, server.url);
const failures = [];
const queue = [...wanted];
const suffix = values.mode === 'canvas' ? '' : `-${values.mode}`;

async function work() {
  const roll = new Roll(studio);
  for (let picture = queue.shift(); picture; picture = queue.shift()) {
    try {
      fs.writeFileSync(path.join(values.out, `${picture.name}${suffix}.png`), await roll.shoot(picture, values.mode));
    } catch (error) {
      failures.push(error.message);
      console.error(error.message);
    }
  }
}
await Promise.all(Array.from({ length: Number(values.jobs) }, work));
let written;
try {
  written = await shootServerPages(browser, values.out, isWanted);
} catch (error) {
  failures.push(`the server's own pages: ${error.message}`);
  console.error(failures.at(-1));
}
await Promise.all([browser.close(), server.close()]);

// All there are, not only those of this run: filters are for a quick second look.
const there = fs.readdirSync(values.out).filter((file) => file.endsWith('.png')).sort();
const sections = [...Object.keys(states), ...kServerPages].map((state) => {
  const own = there.filter((file) => file.startsWith(`${state}-`));
  if (own.length === 0) return '';
  const figures = own.map((file) => {
    const width = kDevices[file.split('-')[1]].viewport.width;
    return `<figure><a href="${file}"><img loading="lazy" src="${file}" width="${Math.round(width * 0.6)}"></a>`
      + `<figcaption>${file.slice(state.length + 1, -4)}</figcaption></figure>`;
  });
  return `<h2 id="${state}">${state}</h2><div>${figures.join('')}</div>`;
});
fs.writeFileSync(path.join(values.out, 'index.html'), `<!doctype html><html lang="en"><meta charset="utf-8">
<title>Chukta's gallery</title><style>
body{font:14px system-ui;margin:24px;background:#8b93a5}h2{margin:32px 0 8px}
div{display:flex;flex-wrap:wrap;gap:16px;align-items:flex-start}figure{margin:0}
img{display:block;box-shadow:0 1px 6px #0006}figcaption{padding:4px 0}</style>
${sections.join('\n')}</html>
`);
if (written === undefined) console.log('without the pages that the server writes: no backend is built (CHUKTA_BUILD)');
const asked = wanted.length + (written ?? 0);
console.log(`${asked - failures.length} of ${asked} pictures: ${path.join(values.out, 'index.html')}`);
process.exit(failures.length > 0 ? 1 : 0);
