// Waiting on conditions, never on the clock alone.
import { setTimeout as pause } from 'node:timers/promises';

export const kPatienceMs = Number(process.env.E2E_PATIENCE_MS ?? 30_000);

/**
 * Calls `ask` until it gives something truthy and returns that. An exception of `ask` counts as
 * "not yet"; the last one is told when patience ends.
 */
export async function eventually(what, ask, { timeout = kPatienceMs, every = 60 } = {}) {
  const end = Date.now() + timeout;
  let last;
  for (;;) {
    try {
      last = undefined;
      const value = await ask();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) {
      throw new Error(`not within ${timeout} ms: ${what}`, last ? { cause: last } : undefined);
    }
    await pause(every);
  }
}

/** Holds `check` true for a while: for what must not happen. Throws what `check` throws. */
export async function steadily(check, ms) {
  const end = Date.now() + ms;
  while (Date.now() < end) {
    await check();
    await pause(100);
  }
}
