// A disk that can be filled: a tmpfs of its own, where we may mount one.
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';

export class SmallDisk {
  /** Mounted on the folder, which is empty; or not: see mounted. */
  constructor(folder, megabytes) {
    this.folder = folder;
    this.filler = path.join(folder, 'filler');
    this.means = `a tmpfs of ${megabytes} MB, filled`;
    this.mounted = process.env.TORTURE_TMPFS !== '0' && this.#mount(megabytes);
  }

  #mount(megabytes) {
    if (process.getuid() !== 0) return false;
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', this.folder], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  }

  /** To the last byte. */
  fill() {
    if (!this.mounted) throw new Error('no disk of our own, and another must not be filled');
    const filler = openSync(this.filler, 'a');
    try {
      for (let size = 1 << 20; size >= 1; ) {
        try {
          writeSync(filler, Buffer.alloc(size));
        } catch (error) {
          if (error.code !== 'ENOSPC') throw error;
          size = size > 4096 ? size >> 4 : size === 1 ? 0 : 1;
        }
      }
    } finally {
      closeSync(filler);
    }
  }

  free() {
    rmSync(this.filler, { force: true });
  }

  unmount() {
    if (this.mounted) execFileSync('umount', ['-l', this.folder]);
  }
}
