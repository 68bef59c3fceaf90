// Tells which file changed, by inotify; an editor's several events for one save are told once.
import { readdirSync, statSync, watch } from 'node:fs';
import path from 'node:path';

const kSettleMs = 30;

/** Watches these folders (not what is below them). Gives a function that ends it. */
export function watchTree(folders, changed) {
  const known = new Map();
  const stamp = (name) => {
    try {
      const { mtimeMs, size } = statSync(name);
      return `${mtimeMs} ${size}`;
    } catch {
      return '';
    }
  };
  for (const folder of folders) {
    for (const name of readdirSync(folder)) known.set(path.join(folder, name), stamp(path.join(folder, name)));
  }
  const waiting = new Map();
  const look = (name) => {
    waiting.delete(name);
    const now = stamp(name);
    if (!now || now === known.get(name)) return;
    known.set(name, now);
    changed(name);
  };
  const watchers = folders.map((folder) => watch(folder, (_, file) => {
    if (!file) return;
    const name = path.join(folder, file);
    clearTimeout(waiting.get(name));
    waiting.set(name, setTimeout(look, kSettleMs, name));
  }));
  return () => {
    for (const timer of waiting.values()) clearTimeout(timer);
    for (const one of watchers) one.close();
  };
}
