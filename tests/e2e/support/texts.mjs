// The page's own sentences, from the one table that the page and the server read.
import { readFileSync } from 'node:fs';
import path from 'node:path';

const kTable = path.resolve(
  new URL('.', import.meta.url).pathname, '../../../shared/messages.inc',
);
const texts = new Map();
const kRow = /^CHUKTA_TEXT\((\w+), "((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)"\)$/gm;
for (const [, name, english, hindi] of readFileSync(kTable, 'utf8').matchAll(kRow)) {
  texts.set(name, { en: english, hi: hindi });
}

export function say(name, ...values) {
  return sayIn('en', name, ...values);
}

export function sayIn(language, name, ...values) {
  const text = texts.get(name)?.[language];
  if (!text) throw new Error(`messages.inc has no ${name}`);
  return text.replace(/\{(\d)\}/g, (_, n) => values[n]);
}
