// The page's own files as they lie in the tree: nothing is bundled, minified or named by hash.
import { readFileSync } from 'node:fs';

const kAssets = {
  css_href: '/dev/page.css',
  js_href: '/dev/js/host.js',
  wasm_href: '/dev/page.wasm',
  inter_400: '/dev/inter-400.woff2',
  inter_600: '/dev/inter-600.woff2',
};
const kColour = /^CHUKTA_COLOUR\(([A-Za-z]+), *([a-z-]+), *0x([0-9A-F]+), *0x([0-9A-F]+)\)/gm;
const text = (file) => readFileSync(file, 'utf8');

const fill = (template, values) =>
  template.replace(/\{\{(\w+)\}\}/g, (all, name) => values[name] ?? all);

/** theme.inc and page.css, as pack.cmake puts them together. */
function css() {
  let light = '';
  let dark = '';
  for (const [, , name, day, night] of text('web/theme.inc').matchAll(kColour)) {
    light += `--${name}:#${day};`;
    dark += `--${name}:#${night};`;
  }
  return `:root{color-scheme:light dark;${light}}\n@media(prefers-color-scheme:dark){:root{${dark}}}\n` +
    fill(text('web/css/page.css'), kAssets);
}

/**
 * @param build where the module and the fonts are built
 * @param version names what these files are at this moment
 */
export function files(build, version) {
  const served = {
    '/dev/page.css': ['text/css', css],
    '/dev/client.js': ['text/javascript', () => text('web/dev/client.js')],
    '/dev/page.wasm': ['application/wasm', () => readFileSync(`${build}/web/page_module.wasm`)],
  };
  for (const weight of [400, 600]) {
    served[kAssets[`inter_${weight}`]] = ['font/woff2', () => readFileSync(`${build}/web/fonts/inter-${weight}.woff2`)];
  }

  function content(path) {
    const script = path.match(/^\/dev\/js\/([a-z_]+\.js)$/);
    if (script) return ['text/javascript', () => text(`web/js/${script[1]}`)];
    return Object.hasOwn(served, path) ? served[path] : null;
  }

  return {
    /** Whether the path is one of the page's files; then it was answered. */
    answer(path, response) {
      const found = content(path);
      if (!found) return false;
      const [type, read] = found;
      try {
        const body = read();
        response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
      } catch (error) {
        response.writeHead(404, { 'content-type': 'text/plain' }).end(error.message);
      }
      return true;
    },
    /** index.html that names these files; what belongs to one order is left to fill in. */
    template: () => ours(fill(text('index.html'), { ...kAssets, css: '' }), version()),
    /** Somebody's built page, with our files in place of its own. */
    adopt: (html) => ours(html
      .replace(/\/assets\/page\.[0-9a-f]+\.css/g, kAssets.css_href)
      .replace(/\/assets\/page\.[0-9a-f]+\.js/g, kAssets.js_href)
      .replace(/\/assets\/page\.[0-9a-f]+\.wasm/g, kAssets.wasm_href), version()),
  };
}

/** The styles as a file, which can be changed for a new one, and what listens to this server. */
function ours(html, version) {
  const styled = html.includes(kAssets.css_href) ? html
    : html.replace('</head>', `<link rel="stylesheet" href="${kAssets.css_href}">\n</head>`);
  return styled.replace('</body>', `<script type="module" src="/dev/client.js?${version}"></script>\n</body>`);
}
