// A screen that nobody looks at: Debian's Xvfb, if it is installed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const kXvfb = process.env.XVFB ?? '/usr/bin/Xvfb';
export const hasDisplay = existsSync(kXvfb);

/** Gives {name, close}; the server chooses a free number and says it when it listens. */
export async function startDisplay() {
  const server = spawn(kXvfb, ['-displayfd', '3', '-screen', '0', '1400x1100x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const kill = () => server.kill('SIGKILL');
  process.on('exit', kill);
  const ended = new Promise((resolve) => server.on('exit', () => resolve(process.off('exit', kill))));
  const number = await new Promise((resolve, reject) => {
    server.stdio[3].once('data', (bytes) => resolve(String(bytes).trim()));
    server.on('error', reject);
    server.on('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
  });
  return {
    name: `:${number}`,
    close() {
      server.kill('SIGTERM');
      return ended;
    },
  };
}
