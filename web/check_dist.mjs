// What must be true of the packed page: the module imports what it may and no more, budgets hold (what
// the page reaches for, and a little air), and index.html names only files that are there.
// node check_dist.mjs build/wasm/dist

import fs from 'node:fs';
import zlib from 'node:zlib';

const dist = process.argv[2];
const failures = [];
const must = (holds, what) => {
  if (!holds) failures.push(what);
};
const manifest = JSON.parse(fs.readFileSync(`${dist}/manifest.json`, 'utf8'));
const file = (name) => dist + manifest[name];

const module = new WebAssembly.Module(fs.readFileSync(file('page.wasm')));
const kImports = [
  'js_abort', 'js_copy', 'js_draw', 'js_fail', 'js_glyph', 'js_glyph_draw', 'js_glyph_paint', 'js_http', 'js_open', 'js_save', 'js_semantics',
  'js_texture', 'emscripten_notify_memory_growth',
];
for (const { name } of WebAssembly.Module.imports(module)) must(kImports.includes(name), `import ${name}`);
const kExports = [
  'memory', '_initialize', 'app_buffer', 'app_open', 'app_env', 'app_action', 'app_pointer', 'app_answer',
  'app_state', 'app_tick', 'app_frame', 'app_fonts', 'app_context',
];
const exported = WebAssembly.Module.exports(module).map((one) => one.name);
for (const name of kExports) must(exported.includes(name), `no export ${name}`);

// Brotli bytes.
const html = fs.readFileSync(`${dist}/index.html`, 'utf8');
const css = html.match(/<style>([^]*)<\/style>/)[1];
const onTheWire = (name) => fs.statSync(file(name) + '.br').size;
const fonts = ['inter-400.woff2', 'inter-600.woff2'].map((name) => fs.statSync(file(name)).size);
const budgets = [
  ['the module', onTheWire('page.wasm'), 80_000],
  ['the script', onTheWire('page.js'), 6_000],
  ['the style', zlib.brotliCompressSync(css).length, 2_500],
  ['the fonts', fonts[0] + fonts[1], 15_000],
];
for (const [what, size, most] of budgets) {
  console.log(`${what}: ${size} bytes of ${most} by brotli`);
  must(size <= most, `${what}: ${size} bytes, over ${most}`);
}
for (const name of ['page.wasm', 'page.js']) must(fs.existsSync(file(name) + '.gz'), `no ${name}.gz`);

for (const [, href] of html.matchAll(/(?:href|src)="(\/[^"]*)"/g)) {
  must(fs.existsSync(dist + href), `index.html names ${href}`);
}
must(!html.includes('as="font"'), 'a font is preloaded: Chromium holds the first paint for it');
const left = [...html.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();
must(left.join() === 'enter,forms,lang,nodes,order_id,refresh,refresh_s,title,view_json', `placeholders ${left}`);
// Without cover a browser keeps the page out of the notch by itself; with it that is the style's to do.
must(!html.includes('viewport-fit=cover') || css.includes('safe-area-inset'), 'viewport-fit=cover and no safe-area-inset');
const inline = [...html.matchAll(/<script(?![^>]*(?:src=|application\/json))|<style[^>]+>|\son\w+=|\sstyle=/g)];
must(inline.length === 0, 'inline script or style');

for (const failure of failures) console.error(`FAILED: ${failure}`);
process.exit(failures.length ? 1 : 0);
